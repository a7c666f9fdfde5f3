import { z } from "zod";
import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { PortAnswer } from "#ops/processes/ask.ts";
import type { Output } from "#ui/output.ts";
import type { CommandLine } from "./command-spec.ts";

/** The process that serves the dashboard. */
interface UiServer {
  readonly port: number;
  /** @default "127.0.0.1" */
  readonly address?: string | undefined;
  /** Posts an empty object. */
  readonly ask: (path: string) => Promise<PortAnswer>;
}

export interface UiCommandOptions {
  readonly output: Output;
  /** Undefined where none runs. */
  readonly server: UiServer | undefined;
}

const linkSchema: z.ZodType<{ readonly path: string }> = z.object({ path: z.string() });
const endedSchema: z.ZodType<{ readonly ended: number }> = z.object({ ended: z.int() });

/**
 * `org ui [sign-out]`.
 *
 * @throws {OrgError} `HOME_BUSY` where nothing serves, or what serves has no dashboard.
 */
export async function runUi(
  { operands, options }: Pick<CommandLine, "operands" | "options">,
  { output, server }: UiCommandOptions,
): Promise<number> {
  if (server === undefined) throw nothingServes();
  if (operands[0] === "sign-out") {
    const { ended } = read(endedSchema, await server.ask("/v1/dashboard/sign-out"));
    if (options.has("json")) output.write(jsonLine({ ended }));
    else output.say(`${ended} ${ended === 1 ? "session" : "sessions"} ended.\n`);
    return EXIT.done;
  }
  const { path } = read(linkSchema, await server.ask("/v1/dashboard/links"));
  const url = `${origin(server)}${path}`;
  output.write(options.has("json") ? jsonLine({ url }) : `${url}\n`);
  output.say("The link signs one browser in, once, within two minutes.\n");
  return EXIT.done;
}

function origin({ address = "127.0.0.1", port }: UiServer): string {
  return `http://${address.includes(":") ? `[${address}]` : address}:${port}`;
}

function read<Shape>(schema: z.ZodType<Shape>, { status, data }: PortAnswer): Shape {
  const found = schema.safeParse(data);
  if (status === 200 && found.success) return found.data;
  throw new OrgError("The process that serves this home has no dashboard", {
    code: "HOME_BUSY",
    why: `it answered with status ${status}: it may be of an older version, or about to end`,
    remedies: ["org restart current", "org ui"],
    unchanged: "Nothing was changed.",
  });
}

function nothingServes(): OrgError {
  return new OrgError("Nothing serves this home", {
    code: "HOME_BUSY",
    why: "the dashboard is a part of org serve, and no process of it runs",
    remedies: ["org serve --background", "org ui"],
    unchanged: "Nothing was started.",
  });
}
