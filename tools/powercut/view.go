package main

import (
	"context"
	"os"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// file is an open file as the disk's store.
type file struct{ *os.File }

// Size is that of the file now, in bytes.
func (f file) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// node is a file or folder of the view. Making, naming and removing are on the
// disk at once; what is in files is not.
type node struct {
	*fs.LoopbackNode
	disk  *disk
	under string // the folder that the view shows
}

// WrapChild has everything below be on the disk too.
func (n *node) WrapChild(_ context.Context, child fs.InodeEmbedder) fs.InodeEmbedder {
	plain, ok := child.(*fs.LoopbackNode)
	if !ok {
		return child
	}
	return &node{plain, n.disk, n.under}
}

// mount shows the folder under at view, on the disk.
func mount(under, view string, d *disk) (*fuse.Server, error) {
	root := &fs.LoopbackRoot{Path: under}
	top := &node{&fs.LoopbackNode{RootData: root}, d, under}
	root.RootNode = top
	return fs.Mount(view, top, &fs.Options{MountOptions: fuse.MountOptions{
		FsName: "powercut", Name: "powercut", DirectMount: true, DisableXAttrs: true, MaxWrite: 128 << 10,
	}})
}

func (n *node) path() string { return n.under + "/" + n.Path(n.Root()) }

// readable lets a file be read by who writes it: what stood there is wanted.
func readable(flags uint32) uint32 {
	if flags&syscall.O_ACCMODE == syscall.O_WRONLY {
		flags = flags&^syscall.O_ACCMODE | syscall.O_RDWR
	}
	return flags &^ syscall.O_APPEND // the kernel says where to write
}

// Open opens a file; cutting it off at once is remembered like a write.
func (n *node) Open(_ context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	h := &handle{disk: n.disk, path: n.path()}
	code := syscall.EIO
	n.disk.touch(func() {
		code = fs.OK
		if h.inode, code = inodeOf(h.path); code != fs.OK {
			return
		}
		if flags&syscall.O_TRUNC != 0 {
			if code = h.rememberFrom(0); code != fs.OK {
				return
			}
		}
		code = h.open(readable(flags), 0)
	})
	return h, 0, code
}

// Create makes a file and opens it.
func (n *node) Create(ctx context.Context, name string, flags, mode uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	var child *fs.Inode
	h := &handle{disk: n.disk, path: n.path() + "/" + name}
	code := syscall.EIO
	n.disk.touch(func() {
		if code = h.open(readable(flags)|syscall.O_CREAT, mode); code != fs.OK {
			return
		}
		if h.inode, code = inodeOf(h.path); code == fs.OK {
			child, code = n.Lookup(ctx, name, out)
		}
	})
	return child, h, 0, code
}

// Setattr remembers what is cut off.
func (n *node) Setattr(ctx context.Context, _ fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	code := syscall.EIO
	n.disk.touch(func() {
		code = fs.OK
		if size, changes := in.GetSize(); changes {
			h := &handle{disk: n.disk, path: n.path()}
			if h.inode, code = inodeOf(h.path); code == fs.OK {
				code = h.rememberFrom(int64(size))
			}
		}
		if code == fs.OK {
			code = n.LoopbackNode.Setattr(ctx, nil, in, out)
		}
	})
	return code
}

// Getattr asks the folder under the view.
func (n *node) Getattr(ctx context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	return n.LoopbackNode.Getattr(ctx, nil, out)
}

// Unlink removes a name, while there is power.
func (n *node) Unlink(ctx context.Context, name string) syscall.Errno {
	code := syscall.EIO
	n.disk.touch(func() { code = n.LoopbackNode.Unlink(ctx, name) })
	return code
}

// Rename gives another name, while there is power.
func (n *node) Rename(ctx context.Context, name string, to fs.InodeEmbedder, newName string, flags uint32) syscall.Errno {
	code := syscall.EIO
	n.disk.touch(func() { code = n.LoopbackNode.Rename(ctx, name, to, newName, flags) })
	return code
}

func inodeOf(path string) (uint64, syscall.Errno) {
	var stat syscall.Stat_t
	err := syscall.Lstat(path, &stat)
	return stat.Ino, fs.ToErrno(err)
}

// handle is an open file of the view.
type handle struct {
	disk  *disk
	path  string
	inode uint64
	fd    int
}

func (h *handle) open(flags, mode uint32) syscall.Errno {
	fd, err := syscall.Open(h.path, int(flags), mode)
	h.fd = fd
	return fs.ToErrno(err)
}

func (h *handle) remember(from, to int64) syscall.Errno {
	return fs.ToErrno(h.disk.remember(h.inode, from, to, func() (store, error) {
		f, err := os.OpenFile(h.path, os.O_RDWR, 0)
		return file{f}, err
	}))
}

// rememberFrom keeps all that stands behind a place, which is about to be cut off.
func (h *handle) rememberFrom(place int64) syscall.Errno {
	var stat syscall.Stat_t
	if err := syscall.Stat(h.path, &stat); err != nil {
		return fs.ToErrno(err)
	}
	return h.remember(place, max(place, stat.Size))
}

// Read reads what was written, synced or not.
func (h *handle) Read(_ context.Context, into []byte, at int64) (fuse.ReadResult, syscall.Errno) {
	var result fuse.ReadResult
	if !h.disk.touch(func() { result = fuse.ReadResultFd(uintptr(h.fd), at, len(into)) }) {
		return nil, syscall.EIO
	}
	return result, fs.OK
}

// Write remembers what stood there, and writes.
func (h *handle) Write(_ context.Context, data []byte, at int64) (uint32, syscall.Errno) {
	written, code := 0, syscall.EIO
	h.disk.touch(func() {
		if code = h.remember(at, at+int64(len(data))); code != fs.OK {
			return
		}
		var err error
		written, err = syscall.Pwrite(h.fd, data, at)
		code = fs.ToErrno(err)
	})
	return uint32(max(written, 0)), code
}

// Fsync makes what was written stay.
func (h *handle) Fsync(context.Context, uint32) syscall.Errno {
	code := syscall.EIO
	h.disk.touch(func() { code = fs.ToErrno(h.disk.sync(h.inode)) })
	return code
}

// Flush is asked for when a file is closed, and promises nothing.
func (h *handle) Flush(context.Context) syscall.Errno { return fs.OK }

// Release closes the file.
func (h *handle) Release(context.Context) syscall.Errno { return fs.ToErrno(syscall.Close(h.fd)) }
