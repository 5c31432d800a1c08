"""The fault lab and the load scenarios: whole localclouds under attack, and what must hold all the same."""
