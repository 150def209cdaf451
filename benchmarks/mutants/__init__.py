"""Errors put into a copy of the project: does a test notice?"""
