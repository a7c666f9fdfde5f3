import { z } from "zod";
import type { JobInputs } from "../jobs/job-service.ts";

// What is read here came out of JSON.parse, so any value is JSON; the schema of JSON itself refers to itself, which
// a document of OpenAPI cannot hold in the middle of a body.
export const jsonObject: z.ZodType<JobInputs> = z.record(
  z.string(),
  z.unknown(),
) as unknown as z.ZodType<JobInputs>;
