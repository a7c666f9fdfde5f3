import { join } from "node:path";
import type { HttpRules } from "#platform/net/http-client.ts";
import { generatedTool } from "#tools/generated-tool.ts";
import type { Tool } from "#tools/tool.ts";
import { readUnjudgedTool } from "./read-unjudged-tool.ts";
import { ToolRegistry } from "./registry.ts";

export interface RegistryPlaces {
  /** ORG_HOME, an absolute path. */
  readonly root: string;
  /** Absolute path of the folder that says which tools are switched off. */
  readonly disabledTools: string;
}

/** Generated tools that lie elsewhere than in the home. */
export interface ToolsPlace {
  /** Absolute path of the folder with a folder for each tool. */
  readonly root: string;
  /** Only what the gate has judged may be called; a candidate has nothing else than what it has not. */
  readonly isJudged: boolean;
}

export interface RegistryWorld {
  readonly paths: RegistryPlaces;
  readonly builtIn: readonly Tool[];
  /** @default those of the home, which were judged */
  readonly place?: ToolsPlace | undefined;
  /** Absolute path of the folder that `ctx.files` means to a tool. */
  readonly filesRoot: string;
  /** How tools reach the network. @default public addresses on the usual ports */
  readonly rules?: HttpRules | undefined;
}

/** The registry of a home, whose tools run in the sandbox. */
export function openRegistry({ paths, place, ...world }: RegistryWorld): ToolRegistry {
  const { builtIn, filesRoot, rules } = world;
  return new ToolRegistry({
    root: place?.root ?? join(paths.root, "tools", "generated"),
    switches: paths.disabledTools,
    builtIn,
    read: place?.isJudged === false ? readUnjudgedTool : undefined,
    toolOf: ({ folder, metadata }) => generatedTool(folder, metadata.spec, { filesRoot, rules }),
  });
}
