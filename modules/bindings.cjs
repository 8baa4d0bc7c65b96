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

const INDEX = /\/@cdktf\/provider-aws\/lib\/index\.js$/;
const REQUIRED = /^exports\.(\w+) = require\(("\.\/[\w-]+")\);$/gm;
const LAZILY =
  'Object.defineProperty(exports, "$1", { enumerable: true, get: () => require($2) });';
const STACK_TRACE = /\/cdktf\/.*\blib\/tokens\/private\/stack-trace\.js$/;
const NO_TRACE = "exports.captureStackTrace = () => [];";

// cdktf resolves every key and value of a stack three times, each with a context of its own and four
// regular expressions. Most hold no token, which one expression shows.
const RESOLVE = /\/cdktf\/.*\blib\/tokens\/private\/resolve\.js$/;
const INNER = /makeContext\([^()]*\)\[0\]\.resolve\((key|obj\[key\]|x)\)/g;
const UNLESS_PLAIN = "(isPlain($1) ? $1 : $&)";
const TOKEN = /TfToken\[|[-|\d|.+]e[-|\d|.eE+]|Map Token Value$/;
function isPlain(value) {
  if (typeof value === "string") return !TOKEN.test(value);
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0;
  return value === undefined || value === null || typeof value === "boolean";
}

// A Node before 22.15, which JSII_NODE may name, has no such hooks; it loads all of them.
registerHooks?.({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (STACK_TRACE.test(url)) return { ...loaded, source: NO_TRACE };
    if (RESOLVE.test(url)) {
      const source = String(loaded.source).replace(INNER, UNLESS_PLAIN);
      return { ...loaded, source: `${source}\nconst TOKEN = ${TOKEN};\n${isPlain}` };
    }
    if (!INDEX.test(url)) return loaded;
    return { ...loaded, source: String(loaded.source).replace(REQUIRED, LAZILY) };
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
