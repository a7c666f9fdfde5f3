"""Uploads what lies in a folder."""
import configparser


def read_settings(environment, path="settings.ini"):
    parser = configparser.ConfigParser()
    parser.read(path)
    section = parser[environment]
    return {
        "timeout": section.getint("timeout_seconds"),
        "retries": section.getint("retries"),
        "folder": section["folder"],
        "largest_file": section.getint("largest_file", fallback=50),
    }
