import { approvePolicyProgram, policyProgramProblem } from "#app/policy-program.ts";
import { checkSettings } from "#app/rooms.ts";
import { OrgError } from "#core/errors.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import { runConfig } from "../config-command.ts";
import type { CommandContext } from "../context.ts";

/** `org config`. @returns the exit code. */
export async function config({ line, settings, output }: CommandContext): Promise<number> {
  const { policyProgram } = settings;
  const paths = homePaths(settings.home);
  const { policyApproval } = paths;
  return await runConfig(line.operands, {
    ...{ settings, json: line.options.has("json"), output },
    check: async () => {
      const warnings = checkSettings(settings);
      if (policyProgram === undefined) return warnings;
      const problem = await policyProgramProblem(policyProgram, policyApproval);
      if (problem === undefined) return warnings;
      return [
        ...warnings,
        `policy.program: ${problem}: every call it would be asked about is denied`,
      ];
    },
    approvePolicy: async () => {
      if (policyProgram === undefined) throw noProgram(settings.configPath);
      await createHome(paths);
      return await approvePolicyProgram(policyProgram, policyApproval);
    },
  });
}

function noProgram(path: string): OrgError {
  return new OrgError("There is no policy program to approve", {
    code: "USAGE",
    why: `${path} has no policy.program`,
    remedies: ["org config path", "org help config"],
    unchanged: "Nothing was changed.",
  });
}
