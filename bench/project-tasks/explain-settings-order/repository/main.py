"""Serves notes: main.py [--profile NAME]"""
import os
import sys

from settings import load


def port_of(settings):
    return settings["port"] + settings.get("port_offset", 0)


def main(arguments, environment):
    profile = arguments[1] if arguments[:1] == ["--profile"] else None
    return port_of(load(profile, environment))


if __name__ == "__main__":
    print("listening on", main(sys.argv[1:], os.environ))
