// What modules/bindings.py is for Python, for the Node behind it: the bindings' index.js requires
// each of its 2,140 modules, whichever one is asked for. Here each is loaded when its name is read.
// And cdktf notes the stack trace of every token, which only shows jsii where the app is in Python:
// a fifth of Node's time.
const { registerHooks } = require("node:module");

const INDEX = /\/@cdktf\/provider-aws\/lib\/index\.js$/;
const STACK_TRACE = /\/cdktf\/.*\blib\/tokens\/private\/stack-trace\.js$/;
const NO_TRACE = "exports.captureStackTrace = () => [];";
const REQUIRED = /^exports\.(\w+) = require\(("\.\/[\w-]+")\);$/gm;
const LAZILY =
  'Object.defineProperty(exports, "$1", { enumerable: true, get: () => require($2) });';

// A Node before 22.15, which JSII_NODE may name, has no such hooks; it loads all of them.
registerHooks?.({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (STACK_TRACE.test(url)) return { ...loaded, source: NO_TRACE };
    if (!INDEX.test(url)) return loaded;
    return { ...loaded, source: String(loaded.source).replace(REQUIRED, LAZILY) };
  },
});
