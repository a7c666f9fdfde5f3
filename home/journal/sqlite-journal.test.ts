import { join } from "node:path";
import { testConformance } from "#test/journal/conformance.ts";
import { openSqliteJournal } from "./sqlite-journal.ts";

testConformance((folder, now) => openSqliteJournal(join(folder, "journal.sqlite"), { now }));
