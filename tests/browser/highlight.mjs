// highlight.js with the languages of this book and no other: a quarter of the
// weight of mdBook's. `.ci/small-highlight` makes theme/highlight.js of it.
import hljs from "highlight.js/lib/core";
import plaintext from "highlight.js/lib/languages/plaintext";
import python from "highlight.js/lib/languages/python";
import rust from "highlight.js/lib/languages/rust";

for (const [name, language] of Object.entries({ plaintext, python, rust })) {
  hljs.registerLanguage(name, language);
}
window.hljs = hljs;
