// Above each listing: its file, and the command that runs it. Both follow
// from the listing's name and folder, which the info string hands down as
// classes, `listing=NAME` and `from=FOLDER` (src/bin, if there is none), and
// from the chapter's folder, which is the page's.
(() => {
    "use strict";
    const chapter = location.pathname.split("/").at(-2);
    for (const code of document.querySelectorAll('main pre > code[class*="listing="]')) {
        const words = [...code.classList];
        const word = (start) => words.find((w) => w.startsWith(start))?.slice(start.length);
        const name = word("listing=");
        const folder = word("from=") ?? "src/bin";
        const rust = words.includes("language-rust");
        const python = words.includes("language-python");
        const caption = document.createElement("p");
        caption.className = "listing-caption";
        const part = (tag, text) => {
            const element = document.createElement(tag);
            element.textContent = text;
            caption.append(element);
        };
        if (!rust && !python) {
            part("span", name.endsWith(".py") ? "Output of the Python program"
                : name.endsWith(".stderr") ? "Standard error" : "Output");
        } else {
            part("code", `listings/${chapter}/${folder}/${name}.${rust ? "rs" : "py"}`);
            if (rust && folder === "src/bin") {
                caption.append(" · ");
                part("code", `cargo run -p ${chapter} --bin ${name}`);
            }
        }
        code.parentElement.before(caption);
    }
})();
