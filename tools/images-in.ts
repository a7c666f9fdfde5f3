import type { ImageType } from "#core/image-type.ts";
import type { Workspace } from "#platform/workspace.ts";

const ENDINGS: Readonly<Record<ImageType, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
};

/**
 * Keeps images in a folder of the workspace, each under a name that no file has: `@PATH` attaches one.
 *
 * @returns what keeps one, and says at which path of the workspace.
 */
export function imagesIn(
  workspace: Pick<Workspace, "writeBytes">,
  folder: string,
): (data: Uint8Array, mediaType?: ImageType) => Promise<string> {
  return async (data, mediaType = "image/jpeg") => {
    const time = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
    const name = `${time}-${crypto.randomUUID().slice(0, 8)}.${ENDINGS[mediaType]}`;
    return (await workspace.writeBytes(`${folder}/${name}`, data, data.length)).path;
  };
}
