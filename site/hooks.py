"""What make site adds to the documentation: the README as the first page, the two tools, the playground's examples, a
Content-Security-Policy for each page, and the service worker's list of files."""

import base64
import hashlib
import html
import json
import posixpath
import re
from pathlib import Path

from mkdocs.structure.files import File

SITE = Path(__file__).parent
ROOT = SITE.parent
REPOSITORY = "https://github.com/hopgrant/hopgrant/blob/main/"

# A relative link of Markdown, without its anchor.
LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)")


def on_files(files, config):
    add(files, config, "index.md", readme())
    for path in sorted((SITE / "static").rglob("*")):
        if path.is_file():
            add(files, config, path.relative_to(SITE / "static").as_posix(), path.read_bytes())
    for path in sorted((SITE / "build").iterdir()):
        add(files, config, "tools/" + path.name, path.read_bytes())
    add(files, config, "play/examples.json", json.dumps(examples(), ensure_ascii=False))
    return files


def add(files, config, name, content):
    files.append(File.generated(config, name, content=content))


def readme():
    """The README with links that fit the site: what is in docs is beside it, everything else in the repository."""
    text = (ROOT / "README.md").read_text()
    return LINK.sub(lambda m: m[1].removeprefix("docs/") if m[1].startswith("docs/") else REPOSITORY + m[1], text)


def on_page_markdown(markdown, page, config, files):
    source = page.file.src_uri
    folder = posixpath.dirname("docs/" + source)

    def link(m):
        target = posixpath.normpath(posixpath.join(folder, m[1]))
        return m[1] if target.startswith("docs/") else REPOSITORY + target

    if source != "index.md":
        markdown = LINK.sub(link, markdown)
    rule = Path(source).stem
    if source.startswith("rules/") and rule != "README":
        play = f"[Open the example in the playground](../play/index.html#example={rule})"
        markdown = markdown.replace("## Reported\n", f"## Reported\n\n{play}\n", 1)
    return markdown


def on_post_page(output, page, config):
    return guarded(output)


def on_post_template(output, template_name, config):
    return guarded(output) if template_name.endswith(".html") else output


def guarded(page):
    """The page with a policy under which the browser runs nothing but the site's own scripts, and asks nobody else."""
    inline = re.findall(r"<script>(.*?)</script>", page, re.S)
    hashes = {"'sha256-" + base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() + "'" for s in inline}
    policy = "; ".join([
        "default-src 'none'", "script-src 'self' " + " ".join(sorted(hashes)), "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:", "connect-src 'self'", "worker-src 'self'", "base-uri 'none'", "form-action 'self'",
    ])
    meta = f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">'
    return page.replace('<meta charset="utf-8">', '<meta charset="utf-8">' + meta, 1)


def archive(path):
    """The comment and the files of a txtar archive."""
    comment, *parts = re.split(r"^-- (\S+) --\n", path.read_text(), flags=re.M)
    return comment, dict(zip(parts[::2], parts[1::2]))


def examples():
    """The playground's examples: those of examples.json, then one for each rule."""
    listed = json.loads((SITE / "examples.json").read_text())
    for e in listed:
        e["files"] = {name: part(source) for name, source in e["files"].items()}
    for path in sorted((ROOT / "internal/check/rules").glob("*.txtar")):
        comment, files = archive(path)
        bad = {n: t for n, t in files.items() if n == "bad" or n.startswith("bad.")}
        if not bad:
            raise ValueError(f"{path}: it has no bad template")
        reason = re.search(r"^reason: (.*)", comment, re.M)[1]
        listed.append({"id": path.stem, "title": path.stem, "about": reason, "rule": True,
                       "files": {("template" + n.removeprefix("bad")): t for n, t in bad.items()}})
    return listed


def part(source):
    """The text of a file, or of one of an archive: PATH or PATH#NAME."""
    path, _, name = source.partition("#")
    return archive(ROOT / path)[1][name] if name else (ROOT / path).read_text()


def on_post_build(config):
    public = Path(config["site_dir"])
    worker = public / "sw.js"
    files = {}
    for path in sorted(p for p in public.rglob("*") if p.is_file() and p != worker):
        name = path.relative_to(public).as_posix()
        if name.endswith("index.html"):
            name = name.removesuffix("index.html")
        files[name] = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    version = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:16]
    text = worker.read_text()
    worker.write_text(text.replace("/*VERSION*/", json.dumps(version)))
