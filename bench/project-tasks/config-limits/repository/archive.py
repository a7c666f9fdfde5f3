"""Reads the settings."""
import tomllib


def largest_upload(path="settings.toml"):
    with open(path, "rb") as file:
        return tomllib.load(file)["uploads"]["largest"] * 1024 * 1024
