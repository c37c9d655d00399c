package io.relaygate.plugin;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the plugins folder each second, since what file systems tell by themselves is not to be relied on over a network
 * or in a container. A jar that is still being written is left alone until it has been the same for a second.
 */
public final class FolderWatch implements Runnable, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PluginHost.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** For who waits for what was just built. */
    private static final Duration SHORT = Duration.ofMillis(100);

    /** What can be seen of a file without reading it. */
    private record Stamp(long size, long modified, @Nullable Object key) {}

    /** What a folder has that decides what is loaded, by name. */
    record Seen(Map<String, Stamp> files) {

        static Seen in(Path folder) {
            Map<String, Stamp> seen = new HashMap<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PluginHost::isWatched)) {
                for (Path file : files) {
                    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                    seen.put(file.getFileName().toString(),
                            new Stamp(attributes.size(), attributes.lastModifiedTime().toMillis(), attributes.fileKey()));
                }
            } catch (IOException | DirectoryIteratorException e) {
                // A file that is just going or coming: the next look sees it.
            }
            return new Seen(seen);
        }
    }

    private final PluginHost host;
    private final Runnable changed;
    private final Runnable built;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Seen before;

    /**
     * A watch.
     *
     * @param changed called when the folder is not what the host has loaded from it, and no longer changes
     * @param built called when a build has made a jar
     */
    public FolderWatch(PluginHost host, Runnable changed, Runnable built) {
        this.host = host;
        this.changed = changed;
        this.built = built;
        this.before = Seen.in(host.folder());
    }

    /** Looks until it is closed. */
    @Override
    public void run() {
        BuildFolder build = host.build();
        Duration pause = build == null ? PAUSE : SHORT;
        try {
            for (long waited = pause.toMillis(); !closed.await(pause.toMillis(), TimeUnit.MILLISECONDS); waited += pause.toMillis()) {
                if (build != null && build.look()) {
                    built.run();
                }
                if (waited % PAUSE.toMillis() == 0) {
                    look();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }

    /** One look. */
    void look() {
        Seen now = Seen.in(host.folder());
        if (now.equals(before) && !now.equals(host.seen())) {
            changed.run();
        }
        before = now;
        host.departed().overdue(System.nanoTime()).forEach((plugin, holders) -> LOG.atWarn()
                .addKeyValue("plugin", plugin)
                .addKeyValue("heldBy", holders)
                .log("a plugin that is closed is still in memory"));
    }
}
