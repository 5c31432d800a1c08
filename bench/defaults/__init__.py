"""Justifies the table of default bit rates: each default beside its neighbours, on real music and speech."""
