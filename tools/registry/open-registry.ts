import { join } from "node:path";
import type { HttpRules } from "#platform/net/http-client.ts";
import { generatedTool } from "#tools/generated-tool.ts";
import type { Tool } from "#tools/tool.ts";
import { ToolRegistry } from "./registry.ts";

export interface RegistryPlaces {
  /** ORG_HOME, an absolute path. */
  readonly root: string;
  /** Absolute path of the folder that says which tools are switched off. */
  readonly disabledTools: string;
}

export interface RegistryWorld {
  readonly paths: RegistryPlaces;
  readonly builtIn: readonly Tool[];
  /** Absolute path of the folder that `ctx.files` means to a tool. */
  readonly filesRoot: string;
  /** How tools reach the network. @default public addresses on the usual ports */
  readonly rules?: HttpRules | undefined;
}

/** The registry of a home, whose tools run in the sandbox. */
export function openRegistry({ paths, builtIn, filesRoot, rules }: RegistryWorld): ToolRegistry {
  return new ToolRegistry({
    root: join(paths.root, "tools", "generated"),
    switches: paths.disabledTools,
    builtIn,
    toolOf: ({ folder, metadata }) => generatedTool(folder, metadata.spec, { filesRoot, rules }),
  });
}
