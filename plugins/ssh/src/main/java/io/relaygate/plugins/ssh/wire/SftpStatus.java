package io.relaygate.plugins.ssh.wire;

import java.util.ArrayList;
import java.util.List;

/** Numbers of sftp in words (draft-ietf-secsh-filexfer-02 sections 5 and 7). */
final class SftpStatus {

    /** SSH_FX_OK. */
    static final String OK = "ok";

    /** SSH_FX_EOF. */
    static final String END = "end of file";

    private static final List<String> WORDS = List.of(
            OK, END, "no such file", "permission denied", "failure", "bad message", "no connection", "connection lost", "unsupported");
    private static final List<String> ATTRIBUTES = List.of("size", "owner", "permissions", "times");

    private SftpStatus() {}

    static String words(int status) {
        return status >= 0 && status < WORDS.size() ? WORDS.get(status) : "status " + Integer.toUnsignedString(status);
    }

    /** Which attributes are there, by their flags. */
    static String attributes(int flags) {
        List<String> set = new ArrayList<>();
        for (int i = 0; i < ATTRIBUTES.size(); i++) {
            if ((flags & 1 << i) != 0) {
                set.add(ATTRIBUTES.get(i));
            }
        }
        return String.join(", ", set);
    }
}
