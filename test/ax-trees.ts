/** Accessibility trees as Chromium tells them, written by hand. */

/** A node: its role, what it is called, what it is like, and what lies in it. */
export interface Written {
  readonly role: string;
  readonly name?: string;
  readonly value?: string;
  readonly ignored?: boolean;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly children?: readonly Written[];
}

/** A piece of text. */
export const text = (name: string): Written => ({ role: "StaticText", name });

/** The answer of `Accessibility.getFullAXTree`. */
export function axTree(root: Written): unknown {
  const nodes: unknown[] = [];
  const add = (node: Written): string => {
    const nodeId = String(nodes.length + 1);
    const { role, name, value, ignored = false, properties = {}, children = [] } = node;
    const described: Record<string, unknown> = {
      ...{ nodeId, ignored, role: { type: "role", value: role } },
      ...(name === undefined ? {} : { name: { type: "computedString", value: name } }),
      ...(value === undefined ? {} : { value: { type: "string", value } }),
      properties: Object.entries(properties).map(([key, one]) => ({
        name: key,
        value: { type: "x", value: one },
      })),
      backendDOMNodeId: Number(nodeId) + 100,
    };
    nodes.push(described);
    described["childIds"] = children.map(add);
    return nodeId;
  };
  add(root);
  return { nodes };
}
