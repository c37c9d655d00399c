package io.relaygate;

import io.relaygate.admin.Controls;
import io.relaygate.net.Threads;
import io.relaygate.plugin.FolderWatch;
import io.relaygate.plugin.PluginCheck;
import io.relaygate.plugin.PluginHost;
import io.relaygate.plugin.PluginLock;
import io.relaygate.plugin.PluginSet;
import io.relaygate.plugin.PluginTrust;
import io.relaygate.sdk.Dialer;
import io.relaygate.sdk.Protocol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The plugins of one folder as they were found: what a gateway runs with, and what a configuration is checked against. */
public final class Plugins implements AutoCloseable {

    private final PluginHost host;
    private final PluginSet found;

    private Plugins(PluginHost host, PluginSet found) {
        this.host = host;
        this.found = found;
    }

    /**
     * Loads every jar of a folder. One that cannot be used is {@linkplain #list listed} with its reason.
     *
     * @param preview the configuration that says which jars may be loaded
     * @param work where private copies of the jars may be kept
     * @param version the gateway's version, against which plugins declare what they need
     * @throws IOException if the folder cannot be read, or no place for the copies is found; the message is for people
     */
    public static Plugins load(Path folder, Preview preview, Path work, String version) throws IOException {
        return load(folder, null, preview, work, version);
    }

    /**
     * The same, and before them what a build leaves in a folder, whoever may have made it.
     *
     * @param build that folder; null for none
     */
    public static Plugins load(Path folder, @Nullable Path build, Preview preview, Path work, String version) throws IOException {
        PluginHost host = new PluginHost(folder, build, work, version, Threads::startDaemon);
        try {
            return new Plugins(host, host.load(preview.trust(), null));
        } catch (IOException | RuntimeException e) {
            host.close();
            throw e;
        }
    }

    /**
     * Looks at the folder again: what did not change is shared with these, and what cannot be replaced stays.
     *
     * @param trust which jars may be loaded now
     * @throws IOException if the folder cannot be read; the message is for people
     */
    Plugins again(PluginTrust trust) throws IOException {
        return new Plugins(host, host.load(trust, found));
    }

    /**
     * Writes down what the jars of a folder are now, for configurations that ask for it.
     *
     * @return the SHA-256 of each by its file name
     * @throws IOException if a jar cannot be read, or the file not be written; the message is for people
     */
    public static Map<String, String> lock(Path folder) throws IOException {
        return PluginLock.write(folder);
    }

    /**
     * Looks at one jar without a gateway and without a network.
     *
     * @param preview the configuration that says who must have signed jars: nothing of one that nobody has is run
     * @param scratch a folder that can be written
     * @param version the gateway's version
     * @throws IOException if it cannot be read
     */
    public static JarReport verify(Path jar, Preview preview, Path scratch, String version) throws IOException {
        String trouble = preview.locksPlugins() ? null : PluginCheck.distrust(jar, preview.trust());
        return trouble == null
                ? JarReport.of(PluginCheck.of(jar, scratch, version, Threads::startDaemon))
                : new JarReport(null, "", List.of(), List.of(), List.of(trouble), Map.of());
    }

    /** The SHA-256 of a jar, 64 hexadecimal digits. */
    public static String sha256(Path jar) throws IOException {
        return PluginCheck.sha256(jar);
    }

    /** What the manifest of a jar says; empty if it is no plugin. */
    public static Optional<JarReport.Facts> facts(Path jar) {
        return Optional.ofNullable(PluginCheck.facts(jar)).map(JarReport.Facts::of);
    }

    /**
     * The plugins among the jars of a build's folder.
     *
     * @throws IOException if it cannot be read
     */
    public static List<Path> builtIn(Path folder) throws IOException {
        return PluginCheck.pluginsIn(folder);
    }

    /** Where the signature of a jar is. */
    public static Path signature(Path jar) {
        return PluginTrust.Signed.signature(jar);
    }

    /** Nobody uses these any more; those that an other look has found too stay loaded. */
    void release() {
        found.close();
    }

    /** Where the jars are. */
    Path folder() {
        return host.folder();
    }

    /** Looks for changes in the folder, and for closed plugins that stay in memory. */
    FolderWatch watch(boolean folder, Runnable changed, Threads threads) {
        FolderWatch watch = new FolderWatch(host, folder ? changed : () -> {}, changed);
        threads.start("plugins", watch);
        return watch;
    }

    /** How many closed plugins are still in memory. */
    int departed() {
        return host.departed().count();
    }

    /** What became of every jar. */
    public List<Controls.Plugin> list() {
        return found.list().stream()
                .map(each -> new Controls.Plugin(
                        each.file(), each.id(), each.version(), each.protocols(), each.declares(), each.state().name(), each.reason()))
                .toList();
    }

    /** The protocols that routes can name. */
    public Map<String, Protocol<?>> protocols() {
        return found.protocols();
    }

    /** The dialers that destinations can name. */
    public Map<String, Dialer<?>> dialers() {
        return found.dialers();
    }

    /** Closes all plugins, those that were found at other times too. */
    @Override
    public void close() {
        host.close();
    }
}
