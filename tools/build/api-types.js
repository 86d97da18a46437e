/* api-types.js - the package's public API as plain data, read from the JSDoc of its sources by TypeScript's compiler.
 *
 *     package.json: exports ── the entries' sources ── compiler ── functions, classes, values, and every type that
 *                                                                 these name, directly or by way of another
 *
 * What a type says is taken as its author wrote it; only where nobody wrote one, the compiler's own words.
 * SPDX-License-Identifier: MIT */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** A type in words. refs: the package's own types in it. @typedef {{ text: string, refs: ts.Symbol[] }} TypeText */
/** A parameter, property or value. fallback: the default as written, "" without.
 * @typedef {{ name: string, type: TypeText, optional: boolean, fallback: string, about: string }} Member */
/** A function or method. @typedef {{ name: string, about: string, params: Member[], returns: TypeText, result: string }} Callable */
/** A tag of a class, as custom elements have them: @attr, @fires, @csspart, @cssprop. type: as text, "" without.
 * @typedef {{ tag: string, name: string, type: string, about: string }} Tagged */
/** A class, or a type: of members, or (definition) anything else.
 * @typedef {{ name: string, symbol: ts.Symbol, about: string, members: Member[], methods: Callable[],
 *   definition: TypeText | null, start: Callable | null, tags: Tagged[] }} Shape */
/** @typedef {{ path: string, functions: Callable[], values: Member[], classes: Shape[], types: ts.Symbol[] }} Entry */

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const NO_TYPE = { text: "", refs: [] };

/** The entries that have types: path to import, source. @returns {{ path: string, source: string }[]} */
function entrySources() {
  const { name, exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  return Object.entries(exports).filter(([, targets]) => targets.types && targets.default).map(([path, targets]) => ({
    path: path.replace(/^\./, name), source: join(ROOT, targets.default),
  }));
}

/** @param {string[]} sources */
function programOf(sources) {
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: sources }, ts.sys, ROOT);
  return ts.createProgram(sources, { ...options, types: [], noEmit: true });
}

/** Text of a comment in one line. @param {ts.JSDoc["comment"]} comment */
const lineOf = (comment) => (ts.getTextOfJSDocComment(comment) ?? "").replace(/\s+/g, " ").trim();

/** What stands before a declaration's tags. @param {ts.Node} node */
const aboutOf = (node) => ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).map(({ comment }) => lineOf(comment))
  .filter(Boolean).join(" ");

/** Where a symbol is made. @param {ts.Symbol} symbol */
const madeAt = ({ valueDeclaration, declarations }) => /** @type {ts.Declaration} */ (valueDeclaration ?? declarations?.[0]);

/** @param {ts.Symbol} symbol */
const isMethod = (symbol) => ts.isMethodDeclaration(madeAt(symbol));

/** Whether it is for whoever imports the package. @param {ts.Declaration} declaration */
const isPublic = (declaration) => !aboutOf(declaration).startsWith("Private")
  && !ts.isPrivateIdentifier(/** @type {ts.NamedDeclaration} */ (declaration).name ?? declaration);

/** @param {ts.Node} node */
const isOurs = (node) => !/node_modules|\.d\.ts$/.test(relative(ROOT, node.getSourceFile().fileName));

/** The default in `[name=default]`. @param {ts.JSDocPropertyLikeTag | undefined} tag */
const defaultOf = (tag) => /\[[\w.]+\s*=\s*([^\]]+)\]/.exec(tag?.getText() ?? "")?.[1].trim() ?? "";

/** `a: text; b, c: text` in a type's comment: the members' own texts, and what remains.
 * @param {string} text @param {string[]} names @returns {{ rest: string, texts: Record<string, string> }} */
function splitAbout(text, names) {
  if (!names.length) return { rest: text, texts: {} };
  const known = `(?:${names.map((name) => name.replace(/\W/g, "\\$&")).join("|")})`;
  const [rest, ...parts] = text.split(new RegExp(`(?<![\\w.])(${known}(?:, ${known})*): `));
  /** @type {Record<string, string>} */ const texts = {};
  for (let i = 0; i < parts.length; i += 2) {
    for (const name of parts[i].split(", ")) texts[name] = parts[i + 1].replace(/[;,.\s]+$/, "");
  }
  return { rest: rest.replace(/[;,\s]+$/, ""), texts };
}

class Reader {
  #checker;

  /** @param {ts.Program} program */
  constructor(program) {
    this.program = program;
    this.#checker = program.getTypeChecker();
  }

  /** The type behind names that only pass it on. @param {ts.Symbol | undefined} symbol @returns {ts.Symbol | null} */
  #origin(symbol) {
    if (!symbol) return null;
    const real = symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
    const [declaration] = real.declarations ?? [];
    if (!declaration || !isOurs(declaration) || ts.isTypeParameterDeclaration(declaration)
      || ts.isJSDocTemplateTag(declaration)) return null;
    const node = definitionOf(declaration);
    const passesOn = node && ts.isImportTypeNode(node) && node.qualifier && !node.typeArguments && !node.isTypeOf;
    return passesOn ? this.#origin(this.#checker.getSymbolAtLocation(/** @type {ts.Node} */ (node.qualifier))) : real;
  }

  /** As its author wrote it. @param {ts.TypeNode} node @returns {TypeText} */
  #written(node) {
    /** @type {Set<ts.Symbol>} */ const refs = new Set();
    const visit = (/** @type {ts.Node} */ part) => {
      const name = ts.isTypeReferenceNode(part) ? part.typeName : ts.isImportTypeNode(part) ? part.qualifier : null;
      const symbol = name && this.#origin(this.#checker.getSymbolAtLocation(name));
      if (symbol && !(symbol.flags & ts.SymbolFlags.Value && !(symbol.flags & ts.SymbolFlags.Class))) refs.add(symbol);
      ts.forEachChild(part, visit);
    };
    visit(node);
    const text = node.getText().replace(/import\("[^"]*"\)\.?/g, "").replace(/\n\s*\*/g, " ").replace(/\s+/g, " ");
    return { text, refs: [...refs] };
  }

  /** In the compiler's words. @param {ts.Type} type @param {ts.TypeFormatFlags} [how] @returns {TypeText} */
  #told(type, how = ts.TypeFormatFlags.None) {
    const text = this.#checker.typeToString(type, undefined, how | ts.TypeFormatFlags.NoTruncation
      | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope);
    const plain = text.replace(/import\("[^"]*"\)\./g, "").replace(/<ArrayBufferLike>/g, "").replace(/; }/g, " }");
    return { text: plain, refs: [...this.#namedIn(type)] };
  }

  /** The package's types that the compiler names. @param {ts.Type} type @param {Set<ts.Symbol>} found @param {number} depth
   * @returns {Set<ts.Symbol>} */
  #namedIn(type, found = new Set(), depth = 0) {
    const symbol = this.#origin(type.aliasSymbol ?? (type.isClass() ? type.symbol : undefined));
    if (symbol) return found.add(symbol);
    const parts = type.isUnionOrIntersection() ? type.types
      : this.#checker.getTypeArguments(/** @type {ts.TypeReference} */ (type)) ?? [];
    const inner = depth < 3 && parts.length === 0 && type.symbol?.name === "__object"
      ? type.getProperties().map((member) => this.#checker.getTypeOfSymbol(member)) : parts;
    for (const part of inner) this.#namedIn(part, found, depth + 1);
    return found;
  }

  /** @param {ts.ParameterDeclaration} parameter @returns {Member} */
  #parameter(parameter) {
    const [tag] = ts.getJSDocParameterTags(parameter);
    const given = parameter.initializer?.getText() ?? "";
    const node = tag?.typeExpression?.type;
    return {
      name: tag?.name.getText() ?? parameter.name.getText(),
      type: node ? this.#written(node) : this.#told(this.#checker.getTypeAtLocation(parameter)),
      optional: Boolean(tag?.isBracketed || parameter.initializer),
      fallback: defaultOf(tag) || (given === "{}" ? "" : given),
      about: lineOf(tag?.comment),
    };
  }

  /** @param {string} name @param {ts.SignatureDeclaration} declaration @returns {Callable} */
  #callable(name, declaration) {
    const tag = ts.getJSDocReturnTag(declaration);
    const signature = this.#checker.getSignatureFromDeclaration(declaration);
    const node = tag?.typeExpression?.type;
    return {
      name, about: aboutOf(declaration),
      params: declaration.parameters.map((parameter) => this.#parameter(parameter)),
      returns: node ? this.#written(node) : signature && !ts.isConstructorDeclaration(declaration)
        ? this.#told(signature.getReturnType()) : NO_TYPE,
      result: lineOf(tag?.comment),
    };
  }

  /** @param {ts.Symbol} symbol @returns {Member} */
  #member(symbol) {
    const declaration = madeAt(symbol);
    const tag = ts.isJSDocPropertyLikeTag(declaration) ? declaration : undefined;
    const node = tag?.typeExpression?.type ?? (ts.isPropertySignature(declaration) ? declaration.type
      : ts.isGetAccessor(declaration) ? ts.getJSDocReturnType(declaration) : ts.getJSDocType(declaration));
    return {
      name: symbol.name,
      type: node && ts.isTypeNode(node) ? this.#written(node) : this.#told(this.#checker.getTypeOfSymbol(symbol)),
      optional: Boolean(symbol.flags & ts.SymbolFlags.Optional),
      fallback: defaultOf(tag),
      about: (tag ? lineOf(tag.comment) : aboutOf(declaration)) || aboutInType(declaration),
    };
  }

  /** The members of a type that the package declares, but for private ones. @param {ts.Type} type */
  #membersOf(type) {
    const ours = type.getProperties().filter(({ name, declarations: [first] = [] }) =>
      first && isOurs(first) && isPublic(first) && !/Callback$/.test(name));
    const inOneFile = new Set(ours.map((member) => madeAt(member).getSourceFile())).size === 1;
    return inOneFile ? ours.sort((a, b) => madeAt(a).pos - madeAt(b).pos) : ours;
  }

  /** @param {ts.Symbol} symbol @param {string} [name] under which it is exported @returns {Shape} */
  shape(symbol, name = symbol.name) {
    const [declaration] = /** @type {ts.Declaration[]} */ (symbol.declarations);
    const type = this.#checker.getDeclaredTypeOfSymbol(symbol);
    const all = isOfMembers(type) ? this.#membersOf(type) : [];
    const { rest } = splitAbout(typeAbout(declaration), all.map((member) => member.name));
    const node = definitionOf(declaration);
    const isWhole = all.length > 0 && all.length === type.getProperties().length;
    return {
      name, symbol, about: rest,
      members: all.filter((member) => !isMethod(member)).map((member) => this.#member(member)),
      methods: all.filter(isMethod).map((member) =>
        this.#method(member)),
      definition: node && !isWhole && !ts.isJSDocTypeLiteral(node) ? this.#definition(node, type) : null,
      start: this.#start(declaration), tags: tagsOf(declaration),
    };
  }

  /** What a name stands for; in the compiler's words where its author refers to a value. @param {ts.TypeNode} node
   * @param {ts.Type} type */
  #definition(node, type) {
    return /\btypeof\b/.test(node.getText()) ? this.#told(type, ts.TypeFormatFlags.InTypeAlias) : this.#written(node);
  }

  /** A method, with what is said of it where its class implements it. @param {ts.Symbol} symbol @returns {Callable} */
  #method(symbol) {
    const call = this.#callable(symbol.name, /** @type {ts.MethodDeclaration} */ (madeAt(symbol)));
    return { ...call, about: call.about || ts.displayPartsToString(symbol.getDocumentationComment(this.#checker)).replace(/\s+/g, " ") };
  }

  /** The constructor, if it is for everyone. @param {ts.Declaration} declaration */
  #start(declaration) {
    const found = ts.isClassDeclaration(declaration) ? declaration.members.find(ts.isConstructorDeclaration) : null;
    return found && isPublic(found) ? this.#callable("constructor", found) : null;
  }

  /** @param {string} path @param {string} source @returns {Entry} */
  entry(path, source) {
    const module = this.#checker.getSymbolAtLocation(/** @type {ts.SourceFile} */ (this.program.getSourceFile(source)));
    /** @type {Entry} */ const entry = { path, functions: [], values: [], classes: [], types: [] };
    for (const exported of this.#checker.getExportsOfModule(/** @type {ts.Symbol} */ (module))) {
      const real = exported.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(exported) : exported;
      this.#sort(entry, exported.name, real);
    }
    return entry;
  }

  /** @param {Entry} entry @param {string} name @param {ts.Symbol} symbol */
  #sort(entry, name, symbol) {
    const declaration = madeAt(symbol);
    const made = ts.isVariableDeclaration(declaration) ? declaration.initializer : declaration;
    if (symbol.flags & ts.SymbolFlags.Class) entry.classes.push(this.shape(symbol, name));
    else if (made && (ts.isFunctionDeclaration(made) || ts.isArrowFunction(made))) entry.functions.push(this.#callable(name, made));
    else if (symbol.flags & ts.SymbolFlags.Variable) entry.values.push({ ...this.#member(symbol), name });
    else entry.types.push(/** @type {ts.Symbol} */ (this.#origin(symbol)));
  }

  /** The types that a text names, as seen from a declaration. @param {string} text @param {ts.Symbol} from */
  named(text, from) {
    const words = new Set(text.match(/\w+/g));
    return this.#checker.getSymbolsInScope(madeAt(from), ts.SymbolFlags.TypeAlias).filter(({ name }) => words.has(name))
      .flatMap((symbol) => this.#origin(this.#checker.getExportSymbolOfSymbol(symbol)) ?? []);
  }
}

/** What the tag of a type stands for. @param {ts.Declaration} declaration */
const definitionOf = (declaration) => (ts.isJSDocTypedefTag(declaration)
  ? declaration.typeExpression && (ts.isJSDocTypeExpression(declaration.typeExpression)
    ? declaration.typeExpression.type : declaration.typeExpression)
  : null);

/** @param {ts.Declaration} declaration */
const typeAbout = (declaration) => (ts.isJSDocTypedefTag(declaration)
  ? [lineOf(/** @type {ts.JSDoc} */ (declaration.parent).comment), lineOf(declaration.comment)].filter(Boolean).join(" ")
  : aboutOf(declaration));

/** What the comment of the type says of one of its members. @param {ts.Declaration} member */
function aboutInType(member) {
  const type = ts.findAncestor(member, ts.isJSDocTypedefTag);
  if (!type || !ts.isTypeLiteralNode(member.parent)) return "";
  const name = /** @type {ts.PropertySignature} */ (member).name.getText();
  return splitAbout(typeAbout(type), member.parent.members.map((each) => each.name?.getText() ?? "")).texts[name] ?? "";
}

/** Whether a table of members says what it is. @param {ts.Type} type */
const isOfMembers = (type) => Boolean(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))
  && type.getCallSignatures().length === 0;

const TAG = /^(\S+)(?: \{(.*?)\})?(?: (.*))?$/;

/** @param {ts.Declaration} declaration @returns {Tagged[]} */
const tagsOf = (declaration) => ts.getJSDocTags(declaration).filter((tag) => /^(attr|fires|csspart|cssprop)$/.test(tag.tagName.text))
  .map((tag) => {
    const [, name, type = "", about = ""] = /** @type {RegExpExecArray} */ (TAG.exec(lineOf(tag.comment)));
    return { tag: tag.tagName.text, name, type, about };
  });

/** @param {Callable | null} call */
const refsOfCall = (call) => (call ? [...call.params.flatMap(({ type }) => type.refs), ...call.returns.refs] : []);

/** @param {Reader} reader @param {Shape} shape */
const refsOfShape = (reader, { symbol, members, methods, definition, start, tags }) => [
  ...members.flatMap(({ type }) => type.refs), ...[start, ...methods].flatMap(refsOfCall), ...definition?.refs ?? [],
  ...tags.flatMap(({ type }) => reader.named(type, symbol)),
];

/** All of the API: its entries, and the types that these export or name, by name.
 * @returns {{ entries: Entry[], types: Shape[], exported: Map<ts.Symbol, string> }} exported: which of the types can be
 *   imported from where. An entry's own types count for the main entry alone, which lists them; the others' modules
 *   have types of their inner workings, too */
export function readApi() {
  const sources = entrySources();
  const reader = new Reader(programOf(sources.map(({ source }) => source)));
  const entries = sources.map(({ path, source }) => reader.entry(path, source));
  const [{ path: main, types: listed }] = entries;
  const classes = new Set(entries.flatMap((entry) => entry.classes.map(({ symbol }) => symbol)));
  const first = entries.flatMap(({ functions, values, classes: shapes }) => [...functions.flatMap(refsOfCall),
    ...values.flatMap(({ type }) => type.refs), ...shapes.flatMap((shape) => refsOfShape(reader, shape))]);
  /** @type {Map<ts.Symbol, Shape>} */ const types = new Map();
  for (const waiting = [...listed, ...first]; waiting.length > 0;) {
    const symbol = /** @type {ts.Symbol} */ (waiting.shift());
    if (types.has(symbol) || classes.has(symbol)) continue;
    const shape = reader.shape(symbol);
    types.set(symbol, shape);
    waiting.push(...refsOfShape(reader, shape));
  }
  const exported = new Map([...listed.map((symbol) => /** @type {const} */ ([symbol, main])),
    ...entries.slice(1).flatMap(({ path, types: own }) => own.map((symbol) => /** @type {const} */ ([symbol, path])))
      .filter(([symbol]) => types.has(symbol) && !listed.includes(symbol))]);
  return { entries, exported, types: [...types.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}
