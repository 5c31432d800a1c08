"""Tests of the page. As a package, they share a browser that ends with the last of them."""
