package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"coen/recipe"
	"coen/recipes"
)

// defaultRecipe is what commands work on when nothing is said.
const defaultRecipe = "coen"

// loadRecipe reads the recipe that -r names: a path, or the name of one that
// ships with the program.
func loadRecipe(name string) (*recipe.Recipe, error) {
	if !isPath(name) {
		data, err := recipes.Files.ReadFile(name + ".yaml")
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("recipe %q is neither a path nor one of those that ship with coen: %s",
				name, strings.Join(shipped(), ", "))
		}
		if err != nil {
			return nil, err
		}
		return recipe.Parse(name, data)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return recipe.Parse(name, data)
}

func isPath(name string) bool {
	return strings.ContainsRune(name, filepath.Separator) || strings.HasSuffix(name, ".yaml")
}

// shipped returns the names of the recipes in the program.
func shipped() (names []string) {
	entries, _ := recipes.Files.ReadDir(".") // an embedded directory can be read
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".yaml"); ok {
			names = append(names, name)
		}
	}
	return names
}

// loadLock reads the lock that -l names, or the one beside the recipe.
func loadLock(name, recipeName string) (data []byte, from string, err error) {
	switch {
	case name != "":
	case isPath(recipeName):
		name = lockBeside(recipeName)
	default:
		from = recipeName + ".lock"
		if data, err = recipes.Files.ReadFile(from); err != nil {
			return nil, from, fmt.Errorf("recipe %s ships without a lock; make one with coen lock -r %s -o FILE", recipeName, recipeName)
		}
		return data, from, nil
	}
	data, err = os.ReadFile(name)
	return data, name, err
}

// loadBeside reads the InRelease files that lie beside a lock, if they do: the
// lock's name with another ending.
func loadBeside(name, recipeName string) (data []byte, err error) {
	switch {
	case name != "":
		data, err = os.ReadFile(inReleasesBeside(name))
	case isPath(recipeName):
		data, err = os.ReadFile(inReleasesBeside(recipeName))
	default:
		data, err = recipes.Files.ReadFile(inReleasesBeside(recipeName))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// inReleasesBeside returns the path of the InRelease files that belong to a lock.
func inReleasesBeside(lockPath string) string {
	return strings.TrimSuffix(lockPath, filepath.Ext(lockPath)) + ".InRelease"
}

// lockBeside returns the path of the lock that belongs to a recipe's path.
func lockBeside(recipePath string) string {
	return strings.TrimSuffix(recipePath, filepath.Ext(recipePath)) + ".lock"
}

// storeDir returns the folder of the store: that of --store, or a folder of the
// user's cache.
func storeDir(flag string) (string, error) {
	if flag != "" {
		return flag, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no place for the store: %w; give one with --store", err)
	}
	return filepath.Join(cache, "coen"), nil
}
