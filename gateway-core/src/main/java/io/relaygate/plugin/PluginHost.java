package io.relaygate.plugin;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the plugin jars of one folder, each in a class loader of its own, as often as it is asked. What sessions still use
 * of an earlier look stays until they are over.
 *
 * <p>A plugin is trusted code of this process: the host keeps plugins from hindering each other by mistake, not by
 * intent. All methods may be called from any thread.
 */
public final class PluginHost implements AutoCloseable {

    /** What the file name of a jar ends with when it is put out of use. */
    public static final String DISABLED = ".disabled";

    /** How long a plugin may take to start, and to close. */
    static final Duration LIMIT = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(PluginHost.class);

    private final Path folder;
    private final Path workFolder;
    private final SdkVersion sdk;
    private final Patience patience;
    private final Departed departed = new Departed();
    /** By how many sets each plugin is used. */
    private final Map<LoadedPlugin, Integer> uses = new HashMap<>();
    private volatile FolderWatch.Seen seen = new FolderWatch.Seen(Map.of());
    private @Nullable WorkFolder work;
    private final @Nullable Path buildFolder;
    private volatile @Nullable BuildFolder build;
    private boolean closed;

    /**
     * A host that has loaded nothing yet.
     *
     * @param folder where the jars are
     * @param workFolder where private copies of them may be kept; made if it is not there
     * @param sdkVersion the version of the SDK of this gateway, {@code 1.2.3} with or without a qualifier
     * @throws IllegalArgumentException if the version cannot be read
     */
    public PluginHost(Path folder, Path workFolder, String sdkVersion) {
        this(folder, null, workFolder, sdkVersion, Patience.endless());
    }

    /**
     * One that takes plugins from where a build leaves them too, before those of the folder and whatever may be loaded there.
     *
     * @param buildFolder where the build leaves its jar; null for none
     * @param starter starts a thread of this name that does not keep the process, on which a plugin starts or closes; it has
     *     twenty seconds for that
     */
    public PluginHost(
            Path folder, @Nullable Path buildFolder, Path workFolder, String sdkVersion, BiConsumer<String, Runnable> starter) {
        this(folder, buildFolder, workFolder, sdkVersion, new Patience(LIMIT, starter));
    }

    PluginHost(Path folder, @Nullable Path buildFolder, Path workFolder, String sdkVersion, Patience patience) {
        this.patience = patience;
        this.folder = folder;
        this.buildFolder = buildFolder;
        this.workFolder = workFolder;
        this.sdk = new SdkVersion(sdkVersion);
    }

    /** Where the jars are. */
    public Path folder() {
        return folder;
    }

    /**
     * Looks at every jar of the folder, in the order of their names. A jar that cannot be used is logged and {@linkplain
     * PluginSet#list listed} with its reason and hinders no other.
     *
     * @param trust which jars may be loaded
     * @param before what is in use: what was loaded from an unchanged jar is shared with it, and what a jar that cannot
     *     be used was to replace stays; null the first time
     * @return what is there now; whoever asked closes it
     * @throws IOException if the folder is not there or cannot be read, or if there is no place for the copies; the
     *     message is for the operator
     */
    public synchronized PluginSet load(PluginTrust trust, @Nullable PluginSet before) throws IOException {
        if (closed) {
            throw new IllegalStateException("the host is closed");
        }
        seen = FolderWatch.Seen.in(folder);
        List<Path> jars = jars(folder);
        Loading loading = new Loading(before == null ? List.of() : before.plugins(), this::alive, copies(), sdk, patience);
        loading.take(built(), new PluginTrust.Everything());
        loading.take(jars, trust);
        loading.plugins().forEach(plugin -> uses.merge(plugin, 1, Integer::sum));
        return new PluginSet(this, loading.plugins(), loading.statuses());
    }

    private List<Path> built() throws IOException {
        if (buildFolder == null) {
            return List.of();
        }
        BuildFolder folder = build;
        if (folder == null) {
            folder = new BuildFolder(buildFolder, copies().folder("built"));
            build = folder;
        }
        return folder.jars();
    }

    /** Where a build leaves its jar; null if there is none, or nothing was loaded yet. */
    @Nullable BuildFolder build() {
        return build;
    }

    /** What the folder looked like when it was loaded. */
    FolderWatch.Seen seen() {
        return seen;
    }

    /** Plugins that were closed and that something still holds in memory. */
    public Departed departed() {
        return departed;
    }

    private Optional<LoadedPlugin> alive(String sha256) {
        return uses.keySet().stream().filter(plugin -> plugin.sha256().equals(sha256)).findFirst();
    }

    void release(List<LoadedPlugin> plugins) {
        List<LoadedPlugin> unused = unused(plugins);
        // Not under the lock: a plugin may take its time.
        unused.forEach(plugin -> {
            patience.close(plugin);
            LOG.atInfo().addKeyValue("file", plugin.file()).addKeyValue("plugin", plugin.id())
                    .addKeyValue("version", plugin.version()).addKeyValue("sha256", plugin.sha256()).log("plugin closed");
        });
        unused.forEach(this::forget);
    }

    private synchronized List<LoadedPlugin> unused(List<LoadedPlugin> plugins) {
        List<LoadedPlugin> unused = new ArrayList<>();
        for (LoadedPlugin plugin : plugins.reversed()) {
            boolean last = uses.getOrDefault(plugin, 0) == 1;
            uses.computeIfPresent(plugin, (_, count) -> count == 1 ? null : count - 1);
            if (last) {
                unused.add(plugin);
                departed.add(plugin);
            }
        }
        return unused;
    }

    private synchronized void forget(LoadedPlugin plugin) {
        if (work != null && alive(plugin.sha256()).isEmpty()) {
            work.forget(plugin.sha256());
        }
    }

    /**
     * Closes every plugin and its class loader and deletes the copies. Their protocols and handlers must not be used
     * afterwards. Does nothing the second time.
     */
    @Override
    public synchronized void close() {
        closed = true;
        uses.keySet().forEach(patience::close);
        uses.clear();
        if (work != null) {
            try {
                work.close();
            } catch (IOException e) {
                LOG.atWarn().addKeyValue("folder", workFolder).addKeyValue("reason", PluginRefused.describe(e))
                        .log("copies of plugins not deleted");
            }
            work = null;
        }
    }

    private WorkFolder copies() throws IOException {
        WorkFolder copies = work;
        if (copies == null) {
            try {
                copies = WorkFolder.open(workFolder);
            } catch (IOException e) {
                throw new IOException("the folder " + workFolder + " for copies of the plugins cannot be used ("
                        + PluginRefused.describe(e) + ")", e);
            }
            work = copies;
        }
        return copies;
    }

    static List<Path> jars(Path folder) throws IOException {
        return files(folder, PluginHost::isJar);
    }

    static List<Path> files(Path folder, DirectoryStream.Filter<Path> kind) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("the plugins folder " + folder + " "
                    + (Files.exists(folder) ? "is not a folder" : "does not exist"));
        }
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, kind)) {
            files.forEach(jars::add);
        } catch (IOException | DirectoryIteratorException e) {
            throw new IOException(
                    "the plugins folder " + folder + " cannot be read (" + PluginRefused.describe(e) + ")", e);
        }
        Collections.sort(jars);
        return jars;
    }

    static boolean isJar(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith(".jar") && !name.startsWith(".");
    }

    /** Whether it is a jar that an operator has put out of use. */
    static boolean isDisabled(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith(".jar" + DISABLED) && !name.startsWith(".");
    }

    /** Whether a change of it can change what is loaded: a jar, what it is signed with, or the list of those that may be. */
    static boolean isWatched(Path path) {
        String name = path.getFileName().toString();
        return isJar(path) || name.endsWith(".jar.sig") || name.equals(PluginLock.FILE);
    }
}
