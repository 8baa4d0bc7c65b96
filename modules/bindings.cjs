// What modules/bindings.py is for Python, for the Node behind it: the bindings' index.js requires
// each of its 2,140 modules, whichever one is asked for. Here each is loaded when its name is read.
const { registerHooks } = require("node:module");

const INDEX = /\/@cdktf\/provider-aws\/lib\/index\.js$/;
const REQUIRED = /^exports\.(\w+) = require\(("\.\/[\w-]+")\);$/gm;
const LAZILY =
  'Object.defineProperty(exports, "$1", { enumerable: true, get: () => require($2) });';

// A Node before 22.15, which JSII_NODE may name, has no such hooks; it loads all of them.
registerHooks?.({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!INDEX.test(url)) return loaded;
    return { ...loaded, source: String(loaded.source).replace(REQUIRED, LAZILY) };
  },
});
