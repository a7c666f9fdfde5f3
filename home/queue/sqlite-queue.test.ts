import { join } from "node:path";
import { testQueueConformance } from "#test/queue/conformance.ts";
import { openSqliteQueue } from "./sqlite-queue.ts";

testQueueConformance((folder, options) => openSqliteQueue(join(folder, "queue.sqlite"), options));
