package io.relaygate.plugins.ssh.wire;

/** Something that was done over sftp, and what came of it: {@code ok}, what the server answered, or that it did not. Paths are as the client writes them. */
public sealed interface SftpOperation {

    /**
     * A file was open, from when it was opened until it was closed.
     *
     * @param path cut at 512 bytes
     * @param read how many bytes the client got
     * @param written how many bytes the server took
     * @param result the first failure of opening, reading, writing and closing
     */
    record File(String path, long read, long written, String result) implements SftpOperation {}

    /**
     * Something else was changed.
     *
     * @param what {@code remove}, {@code rename}, {@code mkdir}, {@code rmdir}, {@code setstat}, {@code symlink}, {@code hardlink}, {@code copy}
     * @param path what was, or where the link is
     * @param other its new name, where a link leads or what a file was copied to; which attributes were set; or empty
     * @param result what the server said
     */
    record Change(String what, String path, String other, String result) implements SftpOperation {}

    /**
     * Nobody can tell any more what is done: the last that is told.
     *
     * @param why in words
     */
    record Lost(String why) implements SftpOperation {}
}
