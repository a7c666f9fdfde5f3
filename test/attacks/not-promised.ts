/** What Landlock alone cannot hold, by the probe that shows it; everything else it must. */
export const NOT_PROMISED_BY_LANDLOCK: Readonly<Record<string, string>> = {
  "set-uid-file":
    "scratch is a folder of the host; new rights are given up, so that such a file gives none",
  "device-file": "scratch is a folder of the host; a program may not make devices",
  devices: "that a file exists can be seen, but it cannot be opened",
  capabilities: "the bounding set stays; new rights are given up, so that nothing comes out of it",
  interfaces: "/proc is that of the host",
  "who-listens": "/proc is that of the host",
  "who-listens-on-paths": "/proc is that of the host",
  "command-lines": "/proc is that of the host",
  "parent-process": "/proc is that of the host",
  "boot-options": "/proc is that of the host",
  "host-name": "there is no namespace for another",
  "machine-identity": "that a file exists can be seen, but it cannot be opened",
  "name-servers": "that a file exists can be seen, but it cannot be opened",
  "home-folders": "that a folder exists can be seen, but it cannot be opened",
  "state-of-services": "that a folder exists can be seen, but it cannot be opened",
  "configuration-of-the-system": "that a folder exists can be seen, but it cannot be opened",
  // Before Linux 6.12 (version 6) alone.
  "signal-a-process": "before Linux 6.12 signals reach every process of the user",
};

/** What containers of an engine cannot hold; everything else they must. */
export const NOT_PROMISED_BY_CONTAINERS: Readonly<Record<string, string>> = {
  "machine-identity": "engines put a file with the made-up name of the container there",
  "memory-of-locks": "locks are counted by the kernel alone, in the memory of the container",
};
