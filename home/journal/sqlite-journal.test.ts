import { join } from "node:path";
import { testConformance } from "./conformance.ts";
import { openSqliteJournal } from "./sqlite-journal.ts";

testConformance((folder, now) => openSqliteJournal(join(folder, "journal.sqlite"), { now }));
