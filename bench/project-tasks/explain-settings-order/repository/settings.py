"""Settings of three places."""
import json

PREFIX = "NOTES_"


def read(name):
    with open(f"profiles/{name}.json") as file:
        return json.load(file)


def load(profile, environment):
    settings = read("base")
    if profile is not None:
        settings = {**settings, **read(profile)}
    for name in list(settings):
        given = environment.get(PREFIX + name.upper())
        if given is not None:
            settings[name] = int(given)
    return settings
