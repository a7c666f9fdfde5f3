/** Modes of what a tree of Git holds, as Git writes them. */

/** Of what is not there. */
export const ABSENT = "000000";
export const FILE = "100644";
export const EXECUTABLE = "100755";
export const LINK = "120000";
/** A commit of another repository. */
export const SUBMODULE = "160000";
