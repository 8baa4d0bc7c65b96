// What modules/bindings.py is for Python, for the Node behind it: the bindings' index.js requires
// each of its 2,140 modules, whichever one is asked for. Here each is loaded when its name is read.
// And cdktf notes the stack trace of every token, which only shows jsii where the app is in Python:
// a fifth of Node's time.
const fs = require("node:fs");
const { registerHooks } = require("node:module");
const path = require("node:path");
const { Writable } = require("node:stream");

// An app may have a copy of this file, beside the one of whoever started it.
if (globalThis.studioBindings) return;
globalThis.studioBindings = true;

// cdktf resolves every key and value with a context of its own and four regular expressions. Most hold
// no token, which one expression shows.
const TOKEN = /TfToken\[|[-|\d|.+]e[-|\d|.eE+]|Map Token Value$/;
function isPlain(value) {
  if (typeof value === "string") return !TOKEN.test(value);
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0;
  return value === undefined || value === null || typeof value === "boolean";
}

// And it resolves every stack three times: to find references to other stacks, each resource, and what
// comes of that. The first result is the second, unless an aspect may have changed a resource between
// them, and the third, but for what overrides a whole stack.
const prepared = new Map();
function takePrepared(element) {
  const found = prepared.get(element);
  prepared.delete(element);
  return globalThis.studioAspects ? undefined : found;
}

const snakeCased = new Map();
function cachedSnakeCase(name) {
  if (!snakeCased.has(name)) snakeCased.set(name, snakeCase(name));
  return snakeCased.get(name);
}

// What is replaced in which module, and what is appended to it. What is not found stays as it is.
const RESOLVED = "\\(0, _tokens_1\\.resolve\\)\\(this, e\\.toTerraform\\(\\)";
const EDITS = [
  {
    url: /\/@cdktf\/provider-aws\/lib\/index\.js$/,
    edits: [
      [
        /^exports\.(\w+) = require\(("\.\/[\w-]+")\);$/gm,
        'Object.defineProperty(exports, "$1", { enumerable: true, get: () => require($2) });',
      ],
    ],
  },
  {
    url: /\/cdktf\/.*\blib\/tokens\/private\/stack-trace\.js$/,
    edits: [[/^function captureStackTrace\(.*$/m, "$& return [];"]],
  },
  {
    url: /\/cdktf\/.*\blib\/tokens\/private\/resolve\.js$/,
    edits: [
      [/makeContext\([^()]*\)\[0\]\.resolve\((key|obj\[key\]|x)\)/g, "(isPlain($1) ? $1 : $&)"],
      // Each value's path, which only errors show.
      [/const pathName = .*;/, ""],
      [/\bpathName\b/g, '("/" + prefix.join("/"))'],
    ],
    more: `const TOKEN = ${TOKEN};\n${isPlain}`,
  },
  {
    url: /\/cdktf\/.*\blib\/terraform-stack\.js$/,
    edits: [
      [new RegExp(`${RESOLVED}, true\\)`), "prepared.set(e, $&)"],
      [new RegExp(`${RESOLVED}\\)`), "(takePrepared(e) ?? $&)"],
      [
        /(\.deepMerge\)\(tf, )(this\.rawOverrides)\);\s+return (.*\.resolve\)\(this, )tf\);/,
        "$1$3$2));\n return tf;",
      ],
    ],
    more: `const prepared = new Map();\n${takePrepared}`,
  },
  {
    url: /\/cdktf\/.*\blib\/aspect\.js$/,
    edits: [[/\badd\(aspect\) {/, "$& globalThis.studioAspects = true;"]],
  },
  {
    url: /\/cdktf\/.*\blib\/util\.js$/,
    edits: [[/\bsnakeCase\(key\)/g, "cachedSnakeCase(key)"]],
    more: `const snakeCased = new Map();\n${cachedSnakeCase}`,
  },
  // Only an asset that is a folder needs it, and it consists of a hundred modules.
  {
    url: /\/cdktf\/.*\blib\/private\/fs\.js$/,
    edits: [[/^const archiver = (require\("archiver"\));$/m, "const archiver = (...of) => $1(...of);"]],
  },
];

// A Node before 22.15, which JSII_NODE may name, has no such hooks; it loads all of them.
registerHooks?.({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const found = EDITS.find((one) => one.url.test(url));
    if (!found) return loaded;
    const edit = (source, [what, by]) => source.replace(what, by);
    const source = found.edits.reduce(edit, String(loaded.source));
    return { ...loaded, source: `${source}\n${found.more ?? ""}` };
  },
});

// jsii's first Node starts a second one, and copies each request and each answer between Python and
// that one. Here the first does the work itself, unless this jsii is another than the one we know.
const PIPE = "readFD:3,writeFD:3";
const started = process.argv[1] ?? "";
if (/\bbin\/jsii-runtime\.js$/.test(started) && registerHooks && process.platform !== "win32") {
  const program = path.resolve(started, "../../lib/program.js");
  const source = fs.readFileSync(program, "utf8");
  if (source.includes(PIPE)) serve(program, source.replace(PIPE, "readFD:0,writeFD:1"));
}

function serve(program, source) {
  registerHooks({
    load: (url, context, nextLoad) =>
      url.endsWith("/bin/jsii-runtime.js")
        ? { format: "commonjs", shortCircuit: true, source: `require("../lib/program.js")` }
        : url.endsWith("/lib/program.js")
          ? { format: "commonjs", shortCircuit: true, source }
          : nextLoad(url, context),
  });
  process.execArgv.push("--preserve-symlinks"); // as the first passes to the second
  // What is printed here would be read as an answer. jsii takes it from standard error, in this form.
  for (const name of ["stdout", "stderr"]) {
    const write = (chunk, _encoding, done) => {
      fs.writeSync(2, `${JSON.stringify({ [name]: chunk.toString("base64") })}\n`);
      done();
    };
    Object.defineProperty(process, name, { value: new Writable({ write }) });
  }
}
