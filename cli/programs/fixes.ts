import { existsSync } from "node:fs";
import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { openSupervisorStore, supervisorPath } from "#ops/supervisor/supervisor.ts";
import type { CommandContext } from "../context.ts";
import { runFixesCommand } from "../fixes-command.ts";

/** `org fixes`. @returns the exit code. */
export async function fixes({ line, settings, cleaner, output }: CommandContext): Promise<number> {
  if (!existsSync(supervisorPath(settings.home))) {
    const [action = "list"] = line.operands;
    if (!["list", "report"].includes(action)) throw noSupervisor();
    if (line.options.has("json")) output.write(jsonLine({ fixes: [], givenUp: [] }));
    output.say("No supervisor has ever looked after this home; see `org help supervise`.\n");
    return EXIT.done;
  }
  using store = await openSupervisorStore(settings.home);
  return runFixesCommand(line, { store, cleaner, output });
}

function noSupervisor(): OrgError {
  return new OrgError("This home has no fixes yet", {
    code: "FIX_UNKNOWN",
    why: "no supervisor has ever looked after it",
    remedies: ["org supervise --once"],
    unchanged: "Nothing was changed.",
  });
}
