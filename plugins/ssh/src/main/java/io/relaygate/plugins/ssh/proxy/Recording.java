package io.relaygate.plugins.ssh.proxy;

import io.relaygate.plugins.ssh.wire.Asciicast;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The recording of one channel, in a file of its own. What cannot be written any more ends it, and is told once. Any thread. */
final class Recording implements AutoCloseable {

    private final Path file;
    private final Asciicast cast;
    private final boolean typed;
    private final Consumer<IOException> failed;
    private boolean lost;

    /**
     * One that goes on.
     *
     * @param typed whether what is typed is kept too
     * @param failed is told why it has ended before its time
     */
    Recording(Path file, Asciicast cast, boolean typed, Consumer<IOException> failed) {
        this.file = file;
        this.cast = cast;
        this.typed = typed;
        this.failed = failed;
    }

    /** The name of its file. */
    String name() {
        return String.valueOf(file.getFileName());
    }

    void shows(byte[] bytes, int length) {
        keep(() -> cast.output(bytes, 0, length));
    }

    void types(byte[] bytes, int length) {
        if (typed) {
            keep(() -> cast.input(bytes, 0, length));
        }
    }

    void resized(Terminal to) {
        keep(() -> cast.resized(to.width(), to.height()));
    }

    @Override
    public void close() {
        keep(cast::close);
    }

    private interface Writing {
        void write() throws IOException;
    }

    private void keep(Writing writing) {
        IOException why;
        synchronized (this) {
            if (lost) {
                return;
            }
            try {
                writing.write();
                return;
            } catch (IOException e) {
                lost = true;
                why = e;
            }
        }
        failed.accept(why);
    }
}
