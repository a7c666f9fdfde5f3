import { join } from "node:path";
import { testQueueConformance } from "./conformance.ts";
import { openSqliteQueue } from "./sqlite-queue.ts";

testQueueConformance((folder, options) => openSqliteQueue(join(folder, "queue.sqlite"), options));
