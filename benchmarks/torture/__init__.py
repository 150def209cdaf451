"""Builds that are killed, starved and misled: is anything lost?"""
