import type { ToolListing } from "#core/tool-listing.ts";
import type { ToolMetadata } from "../contract/metadata.ts";
import type { ToolFolder } from "../contract/tool-folder.ts";

/** A tool whose bytes were verified and are the ones that were read. */
export interface VerifiedTool {
  readonly folder: ToolFolder;
  readonly metadata: ToolMetadata;
}

/** A folder of the registry, and what became of it. */
export interface RegisteredTool extends ToolListing {
  /** Present unless it was refused or has changed: nothing else may ever run. */
  readonly verified?: VerifiedTool | undefined;
}
