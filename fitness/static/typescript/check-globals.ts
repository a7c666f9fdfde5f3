import type { Node } from "oxc-parser";
import { FORBIDDEN_MEMBERS, type GlobalRule, ruleOf, unknownGlobal } from "./globals.ts";
import { globalBehind, isChanged, type Module, outermost } from "./module.ts";
import type { Reference } from "./scope.ts";

/** Judges every use of a name that the module does not declare. */
export function checkGlobals(module: Module): void {
  for (const reference of module.scopes.references) {
    const name = globalBehind(reference, module.scopes);
    if (name === undefined) continue;
    const rule = ruleOf(name);
    // An alias of what is refused was refused where it was made.
    if (rule !== undefined) new GlobalUse(module, reference, name).check(rule);
    else if (reference.binding === undefined) {
      module.report(reference.node.start, unknownGlobal(name));
    }
  }
}

class GlobalUse {
  readonly #module: Module;
  readonly #reference: Reference;
  readonly #name: string;

  constructor(module: Module, reference: Reference, name: string) {
    this.#module = module;
    this.#reference = reference;
    this.#name = name;
  }

  check(rule: GlobalRule): void {
    const node = outermost(this.#reference.node, this.#module.scopes);
    const parent = this.#parent(node);
    const whole = rule.needs?.[""];
    if (whole !== undefined) this.#note(node, whole, this.#name);
    if (isChanged(node, parent)) {
      this.#report(node, `changes the global ${this.#name}`);
    } else if (parent?.type === "MemberExpression" && parent.object === node) {
      this.#member(parent, this.#module.constants.keyOf(parent.property, parent.computed), rule);
      this.#changed(parent);
    } else if (parent?.type === "VariableDeclarator" && parent.init === node) {
      this.#declared(parent.id, rule);
    } else if (this.#name === "Date") {
      this.#date(node, parent);
    } else {
      this.#byItself(node, parent, rule);
    }
  }

  /** `const { floor } = Math`, or `const text = String`. */
  #declared(id: Node, rule: GlobalRule): void {
    if (id.type !== "ObjectPattern") {
      if (id.type !== "Identifier" || !rule.isValue) this.#refusePassing(id);
      return;
    }
    for (const property of id.properties) {
      const key =
        property.type === "Property"
          ? this.#module.constants.keyOf(property.key, property.computed)
          : undefined;
      this.#member(property, key, rule);
    }
  }

  #member(node: Node, key: string | undefined, rule: GlobalRule): void {
    if (key === undefined) {
      this.#report(node, `picks a member of ${this.#name} by a computed name; name it`);
      return;
    }
    // Every object has them: refused with the other members.
    if (FORBIDDEN_MEMBERS.has(key)) return;
    const needed = rule.needs?.[key];
    if (needed !== undefined) this.#note(node, needed, `${this.#name}.${key}`);
    if (rule.members === "any" || rule.members.includes(key)) return;
    if (this.#isErrorSetUp(node, key)) return;
    this.#report(node, `reaches "${this.#name}.${key}", which its contract does not name`);
  }

  // Customary in classes of errors; it only restores what the class already says.
  #isErrorSetUp(node: Node, key: string): boolean {
    const call = this.#parent(outermost(node, this.#module.scopes));
    return (
      this.#name === "Object" &&
      key === "setPrototypeOf" &&
      call?.type === "CallExpression" &&
      call.callee === node &&
      call.arguments[0]?.type === "ThisExpression"
    );
  }

  /** An assignment to a member, or to a member of a member. */
  #changed(member: Node): void {
    let node = outermost(member, this.#module.scopes);
    let parent = this.#parent(node);
    while (parent?.type === "MemberExpression" && parent.object === node) {
      node = outermost(parent, this.#module.scopes);
      parent = this.#parent(node);
    }
    const isTarget = isChanged(node, parent) || this.#isPatternValue(node, parent);
    if (isTarget) this.#report(node, `changes the global ${this.#name}`);
  }

  #isPatternValue(node: Node, parent: Node | undefined): boolean {
    if (parent?.type !== "Property" || parent.value !== node) return false;
    return this.#parent(parent)?.type === "ObjectPattern";
  }

  #byItself(node: Node, parent: Node | undefined, rule: GlobalRule): void {
    if (rule.isValue) return;
    const isCalled =
      (parent?.type === "CallExpression" || parent?.type === "NewExpression") &&
      parent.callee === node;
    const isTested =
      parent?.type === "BinaryExpression" &&
      parent.operator === "instanceof" &&
      parent.right === node;
    if (!isCalled && !isTested) this.#refusePassing(node);
  }

  /** `new Date(2020, 1)` is data; without arguments it is the time, and so is a call. */
  #date(node: Node, parent: Node | undefined): void {
    const isNew = parent?.type === "NewExpression" && parent.callee === node;
    const [first] = isNew ? parent.arguments : [];
    if (first !== undefined && first.type !== "SpreadElement") return;
    if (parent?.type === "BinaryExpression" && parent.operator === "instanceof") return;
    this.#note(node, "clock", isNew ? "new Date()" : "Date");
  }

  #refusePassing(node: Node): void {
    this.#report(node, `passes ${this.#name} on as a value; write ${this.#name}.member in place`);
  }

  #note(node: Node, capability: string, what: string): void {
    this.#module.note(node, { capability, what });
  }

  #report(node: Node, message: string): void {
    this.#module.report(node.start, message);
  }

  #parent(node: Node): Node | undefined {
    return this.#module.scopes.parentOf.get(node);
  }
}
