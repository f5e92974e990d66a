package source

import (
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/hopgrant/hopgrant/internal/value"
)

var noRange = hcl.Range{}

// fileFunctions returns the functions that read files of the module, or of the root module. No other files are read.
func (rd *reader) fileFunctions(m *module) functionTable {
	path := function.Parameter{Name: "path", Type: cty.String, AllowUnknown: true, AllowDynamicType: true}
	one := func(call func(path string) cty.Value) function.Function {
		return dynamic([]function.Parameter{path}, nil, func(args []cty.Value) (cty.Value, error) {
			switch {
			case !args[0].IsKnown():
				return unknown("the name of a file is not known"), nil
			case hasReference(args[0].AsString()):
				return unknown("the name of the file " + spell(args[0].AsString()) + " is not known"), nil
			}
			return call(args[0].AsString()), nil
		})
	}
	return functionTable{
		"file": one(func(path string) cty.Value {
			src, why := rd.readFile(m, path)
			if why != "" {
				return unknown(why)
			}
			return cty.StringVal(string(src))
		}),
		"fileexists": one(func(path string) cty.Value {
			folder, full := rd.folderOf(m, path)
			if folder == "" {
				return unknown("file " + path + " is outside of the module's folder")
			}
			root, err := os.OpenRoot(folder)
			if err != nil {
				return cty.False
			}
			defer root.Close()
			within, _ := filepath.Rel(folder, full)
			info, err := root.Stat(within)
			return cty.BoolVal(err == nil && info.Mode().IsRegular())
		}),
		"templatefile": dynamic([]function.Parameter{path, anything}, nil, func(args []cty.Value) (cty.Value, error) {
			if !args[0].IsKnown() || hasReference(args[0].AsString()) {
				return unknown("the name of a template is not known"), nil
			}
			path := args[0].AsString()
			src, why := rd.readFile(m, path)
			if why != "" {
				return unknown(why), nil
			}
			return rd.render(path, src, args[1])
		}),
	}
}

// folderOf returns the folder, the module's or that of the root module, in which a file is; "" if it is in neither.
func (rd *reader) folderOf(m *module, path string) (folder, full string) {
	if filepath.IsAbs(path) || rd.tree != nil {
		return "", ""
	}
	full = filepath.Join(rd.root, filepath.FromSlash(path))
	for _, folder := range []string{m.dir, rd.root} {
		if within, err := filepath.Rel(folder, full); err == nil && filepath.IsLocal(within) {
			return folder, full
		}
	}
	return "", ""
}

// readFile reads a file of the module; why says why it cannot be read.
func (rd *reader) readFile(m *module, path string) (src []byte, why string) {
	folder, full := rd.folderOf(m, path)
	if folder == "" {
		if rd.tree != nil {
			return nil, "file " + value.Excerpt(path) + " is not in " + rd.tree.Name
		}
		return nil, "file " + value.Excerpt(path) + " is outside of the module's folder"
	}
	src, err := value.ReadFileIn(folder, full, path, MaxFileSize)
	switch {
	case err != nil:
		return nil, strings.ReplaceAll(err.Error(), "\n", "; ")
	case !utf8.Valid(src):
		return nil, "file " + path + " is no text"
	case !rd.spend(len(src), noRange):
		return nil, "a limit is passed"
	}
	return withoutMarks(src), ""
}
