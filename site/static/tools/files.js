// A file system in memory, for programs of Go: what Go asks of Node's fs, and no more.
"use strict";

class MemoryFiles {
  // files maps paths below /work to text. stdin is what is read from descriptor 0.
  constructor(files, stdin) {
    this.nodes = new Map([["/", null], ["/work", null], ["/tmp", null]]); // a folder is null, a file its bytes
    this.open = new Map();
    this.next = 3;
    this.printed = {1: [], 2: []};
    this.stdin = new TextEncoder().encode(stdin);
    for (const [path, text] of Object.entries(files)) {
      this.put("/work/" + path, new TextEncoder().encode(text));
    }
  }

  put(path, bytes) {
    const parts = path.split("/");
    for (let i = 2; i < parts.length; i++) {
      this.nodes.set(parts.slice(0, i).join("/"), null);
    }
    this.nodes.set(path, {bytes});
  }

  // text returns what was printed to a descriptor.
  text(fd) {
    const decoder = new TextDecoder();
    return this.printed[fd].map(b => decoder.decode(b, {stream: true})).join("") + decoder.decode();
  }

  // files returns the text of each file below /work.
  files() {
    const all = {};
    for (const [path, node] of this.nodes) {
      if (node && path.startsWith("/work/")) {
        all[path.slice("/work/".length)] = new TextDecoder("utf-8", {ignoreBOM: true}).decode(node.bytes);
      }
    }
    return all;
  }
}

// nodeFS returns the functions of Node's fs over the files.
function nodeFS(m) {
  const O = {O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 64, O_EXCL: 128, O_TRUNC: 512, O_APPEND: 1024, O_DIRECTORY: 65536};
  const fail = code => { throw Object.assign(new Error(code), {code}); };
  const resolve = path => {
    const parts = [];
    for (const p of (path.startsWith("/") ? path : "/work/" + path).split("/")) {
      if (p === "..") { parts.pop(); } else if (p && p !== ".") { parts.push(p); }
    }
    return "/" + parts.join("/");
  };
  const parent = path => path.slice(0, Math.max(path.lastIndexOf("/"), 1));
  const node = path => m.nodes.has(path) ? m.nodes.get(path) : fail("ENOENT");
  const inodes = new Map();
  const stat = path => {
    const n = node(path), size = n ? n.bytes.length : 0;
    if (!inodes.has(path)) { inodes.set(path, inodes.size + 1); }
    return {dev: 1, ino: inodes.get(path), mode: n ? 0o100644 : 0o040755, nlink: 1, uid: 0, gid: 0, rdev: 0, size, blksize: 4096, blocks: Math.ceil(size / 512),
      atimeMs: 0, mtimeMs: 0, ctimeMs: 0, isDirectory: () => !n};
  };
  const pipe = {dev: 0, ino: 0, mode: 0o010600, nlink: 1, uid: 0, gid: 0, rdev: 0, size: 0, blksize: 4096, blocks: 0, atimeMs: 0, mtimeMs: 0, ctimeMs: 0, isDirectory: () => false};
  let stdinAt = 0;
  const calls = {
    open(path, flags) {
      path = resolve(path);
      if (m.nodes.has(path)) {
        if (flags & O.O_EXCL && flags & O.O_CREAT) { fail("EEXIST"); }
        if (flags & O.O_TRUNC && node(path)) { node(path).bytes = new Uint8Array(0); }
      } else {
        if (!(flags & O.O_CREAT) || node(parent(path)) !== null) { fail("ENOENT"); }
        m.nodes.set(path, {bytes: new Uint8Array(0)});
      }
      m.open.set(m.next, {path, node: node(path), at: 0, append: flags & O.O_APPEND});
      return m.next++;
    },
    close(fd) { m.open.delete(fd); },
    read(fd, buffer, offset, length, position) {
      if (fd === 0) {
        const part = m.stdin.subarray(stdinAt, stdinAt + length);
        buffer.set(part, offset);
        stdinAt += part.length;
        return part.length;
      }
      const f = m.open.get(fd) || fail("EBADF");
      if (!f.node) { fail("EISDIR"); }
      const start = position ?? f.at, part = f.node.bytes.subarray(start, start + length);
      buffer.set(part, offset);
      if (position === null) { f.at += part.length; }
      return part.length;
    },
    write(fd, buffer, offset, length, position) {
      const part = buffer.slice(offset, offset + length);
      if (m.printed[fd]) {
        m.printed[fd].push(part);
        return length;
      }
      const f = m.open.get(fd) || fail("EBADF");
      const start = position ?? (f.append ? f.node.bytes.length : f.at);
      const bytes = new Uint8Array(Math.max(f.node.bytes.length, start + length));
      bytes.set(f.node.bytes);
      bytes.set(part, start);
      f.node.bytes = bytes;
      if (position === null) { f.at = start + length; }
      return length;
    },
    stat: path => stat(resolve(path)),
    lstat: path => stat(resolve(path)),
    fstat: fd => fd < 3 ? pipe : stat((m.open.get(fd) || fail("EBADF")).path),
    readdir(path) {
      path = resolve(path);
      if (node(path)) { fail("ENOTDIR"); }
      const prefix = path === "/" ? "/" : path + "/";
      return [...m.nodes.keys()].filter(p => p !== path && p.startsWith(prefix) && !p.slice(prefix.length).includes("/")).map(p => p.slice(prefix.length)).sort();
    },
    mkdir(path) {
      path = resolve(path);
      if (m.nodes.has(path)) { fail("EEXIST"); }
      if (node(parent(path)) !== null) { fail("ENOTDIR"); }
      m.nodes.set(path, null);
    },
    rename(from, to) {
      m.nodes.set(resolve(to), node(resolve(from)));
      m.nodes.delete(resolve(from));
    },
    unlink(path) {
      if (!node(resolve(path))) { fail("EISDIR"); }
      m.nodes.delete(resolve(path));
    },
    truncate(path, length) { const n = node(resolve(path)), b = new Uint8Array(length); b.set(n.bytes.subarray(0, length)); n.bytes = b; },
    ftruncate(fd, length) { calls.truncate((m.open.get(fd) || fail("EBADF")).path, length); },
    chmod(path) { node(resolve(path)); },
    readlink: () => fail("EINVAL"),
    fchmod() {}, chown() {}, fchown() {}, lchown() {}, fsync() {}, utimes() {},
    rmdir: () => fail("ENOSYS"), link: () => fail("ENOSYS"), symlink: () => fail("ENOSYS"),
  };
  const fs = {constants: O, writeSync: (fd, buffer) => calls.write(fd, buffer, 0, buffer.length, null)};
  for (const [name, call] of Object.entries(calls)) {
    fs[name] = (...args) => {
      const done = args.pop();
      let result;
      try {
        result = call(...args);
      } catch (e) {
        if (!e.code) { throw e; }
        done(e);
        return;
      }
      done(null, result);
    };
  }
  return fs;
}
