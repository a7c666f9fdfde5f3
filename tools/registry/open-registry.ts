import { existsSync } from "node:fs";
import { join } from "node:path";
import type { HttpRules } from "#platform/net/http-client.ts";
import { generatedTool } from "../generated-tool.ts";
import type { ToolEmbeddings } from "../search/tool-embeddings.ts";
import type { Tool } from "../tool.ts";
import { type RegistryMemory, ToolMemoryStore } from "./memory-store.ts";
import { readUnverifiedTool } from "./read-unverified-tool.ts";
import { ToolRegistry } from "./registry.ts";

interface RegistryPaths {
  /** ORG_HOME, an absolute path. */
  readonly root: string;
  /** Absolute path of the folder that says which tools are switched off. */
  readonly disabledTools: string;
  /** Absolute path of the file with what tools keep between calls. */
  readonly toolMemory: string;
}

/** Generated tools that lie elsewhere than in the home. */
export interface ToolsLocation {
  /** Absolute path of the folder with a folder for each tool. */
  readonly root: string;
  /** Only what the gate has verified may be called; a candidate has nothing else than what it has not. */
  readonly isVerified: boolean;
}

export interface RegistryDependencies {
  readonly paths: RegistryPaths;
  readonly builtIn: readonly Tool[];
  /** @default those of the home, which were verified */
  readonly location?: ToolsLocation | undefined;
  /** Absolute path of the folder that `ctx.files` means to a tool. */
  readonly filesRoot: string;
  /** How tools reach the network. @default public addresses on the usual ports */
  readonly rules?: HttpRules | undefined;
  /** @default tools are searched by the words that come with the program */
  readonly embeddings?: ToolEmbeddings | undefined;
}

/** The registry of a home, whose tools run in the sandbox. */
export function openRegistry({
  paths,
  location,
  ...dependencies
}: RegistryDependencies): ToolRegistry {
  const { builtIn, filesRoot, rules, embeddings } = dependencies;
  // biome-ignore lint/nursery/useDisposables: the registry disposes of it
  const memory = lazyMemory(paths.toolMemory);
  return new ToolRegistry({
    root: location?.root ?? join(paths.root, "tools", "generated"),
    switches: paths.disabledTools,
    builtIn,
    embeddings,
    memory,
    read: location?.isVerified === false ? readUnverifiedTool : undefined,
    toolOf: ({ folder, metadata: { spec } }) =>
      generatedTool(folder, spec, { filesRoot, rules, memory: memory.of(spec.name) }),
  });
}

/** Opened when a tool first uses it: looking at tools writes nothing, and few of them keep anything. */
function lazyMemory(path: string): RegistryMemory {
  let opened: ToolMemoryStore | undefined;
  const store = () => (opened ??= new ToolMemoryStore(path));
  return {
    of: (tool) => ({
      get: async (key) => await store().of(tool).get(key),
      set: async (key, value) => await store().of(tool).set(key, value),
    }),
    keepOnly: (tools) => {
      if (opened !== undefined || existsSync(path)) store().keepOnly(tools);
    },
    [Symbol.dispose]: () => opened?.[Symbol.dispose](),
  };
}
