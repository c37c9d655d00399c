package io.relaygate.plugin;

import io.relaygate.sdk.Protocol;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pf4j.PluginDescriptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the plugin jars of one folder, each in a class loader of its own, and offers their protocols by name.
 *
 * <p>A plugin is trusted code of this process: the host keeps plugins from hindering each other by mistake, not by
 * intent. All methods may be called from any thread.
 */
public final class PluginHost implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PluginHost.class);

    /** A plugin in use, and the jar it came from. */
    private record Entry(String file, String id, String sha256, LoadedPlugin plugin) {}

    private final Path folder;
    private final Path workFolder;
    private final SdkVersion sdk;
    private final List<Entry> entries = new ArrayList<>();
    private final List<PluginStatus> statuses = new ArrayList<>();
    private @Nullable WorkFolder work;
    private boolean used;

    /**
     * A host that has loaded nothing yet.
     *
     * @param folder where the jars are
     * @param workFolder where private copies of them may be kept; made if it is not there
     * @param sdkVersion the version of the SDK of this gateway, {@code 1.2.3} with or without a qualifier
     * @throws IllegalArgumentException if the version cannot be read
     */
    public PluginHost(Path folder, Path workFolder, String sdkVersion) {
        this.folder = folder;
        this.workFolder = workFolder;
        this.sdk = new SdkVersion(sdkVersion);
    }

    /**
     * Loads every jar of the folder, in the order of their names. A jar that cannot be used is logged and {@linkplain
     * #list listed} with its reason and hinders no other. To be called once.
     *
     * @throws IOException if the folder is not there or cannot be read, or if there is no place for the copies; the
     *     message is for the operator
     */
    public synchronized void load() throws IOException {
        if (used) {
            throw new IllegalStateException("the plugins are loaded once");
        }
        used = true;
        List<Path> jars = jars();
        try {
            work = WorkFolder.open(workFolder);
        } catch (IOException e) {
            throw new IOException("the folder " + workFolder + " for copies of the plugins cannot be used ("
                    + PluginRefused.describe(e) + ")", e);
        }
        for (Path jar : jars) {
            load(jar, work);
        }
    }

    /** What became of every jar, in the order of their names. */
    public synchronized List<PluginStatus> list() {
        return List.copyOf(statuses);
    }

    /** The protocols of all plugins in use, by name. */
    public synchronized Map<String, Protocol<?>> protocols() {
        Map<String, Protocol<?>> all = new LinkedHashMap<>();
        entries.forEach(entry -> all.putAll(entry.plugin().protocols()));
        return Collections.unmodifiableMap(all);
    }

    /**
     * Closes every plugin and its class loader and deletes the copies. Their protocols and handlers must not be used
     * afterwards. Does nothing the second time.
     */
    @Override
    public synchronized void close() {
        used = true;
        for (Entry entry : entries.reversed()) {
            close(entry.file(), entry.plugin());
        }
        entries.clear();
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

    private List<Path> jars() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("the plugins folder " + folder + " "
                    + (Files.exists(folder) ? "is not a folder" : "does not exist"));
        }
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PluginHost::isJar)) {
            files.forEach(jars::add);
        } catch (IOException | DirectoryIteratorException e) {
            throw new IOException(
                    "the plugins folder " + folder + " cannot be read (" + PluginRefused.describe(e) + ")", e);
        }
        Collections.sort(jars);
        return jars;
    }

    private static boolean isJar(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith(".jar") && !name.startsWith(".");
    }

    private void load(Path jar, WorkFolder copies) {
        String file = jar.getFileName().toString();
        @Nullable PluginDescriptor descriptor = null;
        try {
            WorkFolder.Copy copy = copy(jar, copies);
            refuseSameContent(copy);
            descriptor = new DescriptorReader().read(copy.path());
            sdk.requireWithin(descriptor.getRequires());
            refuseTakenId(descriptor.getPluginId());
            LoadedPlugin plugin = LoadedPlugin.of(descriptor, copy.path());
            try {
                refuseTakenProtocols(plugin.protocols().keySet());
            } catch (PluginRefused e) {
                close(file, plugin);
                throw e;
            }
            entries.add(new Entry(file, descriptor.getPluginId(), copy.sha256(), plugin));
            loaded(file, descriptor, copy, plugin);
        } catch (PluginRefused e) {
            refused(file, descriptor, e);
        }
    }

    private static WorkFolder.Copy copy(Path jar, WorkFolder copies) throws PluginRefused {
        if (Files.isDirectory(jar)) {
            throw new PluginRefused("it is a folder, not a jar");
        }
        try {
            return copies.copy(jar);
        } catch (IOException e) {
            throw new PluginRefused("it cannot be read, or not be copied", e);
        }
    }

    private void refuseSameContent(WorkFolder.Copy copy) throws PluginRefused {
        for (Entry entry : entries) {
            if (entry.sha256().equals(copy.sha256())) {
                throw new PluginRefused("it is the same jar as '" + entry.file() + "'");
            }
        }
    }

    private void refuseTakenId(String id) throws PluginRefused {
        for (Entry entry : entries) {
            if (entry.id().equals(id)) {
                throw new PluginRefused(
                        "its Plugin-Id '" + id + "' is already taken by '" + entry.file() + "': remove one of the two");
            }
        }
    }

    private void refuseTakenProtocols(Collection<String> names) throws PluginRefused {
        for (Entry entry : entries) {
            for (String name : names) {
                if (entry.plugin().protocols().containsKey(name)) {
                    throw new PluginRefused("its protocol '" + name + "' is already brought by '" + entry.file()
                            + "': remove one of the two");
                }
            }
        }
    }

    private void loaded(String file, PluginDescriptor descriptor, WorkFolder.Copy copy, LoadedPlugin plugin) {
        List<String> protocols = List.copyOf(plugin.protocols().keySet());
        statuses.add(new PluginStatus(file, descriptor.getPluginId(), descriptor.getVersion(), protocols,
                PluginStatus.State.LOADED, null));
        LOG.atInfo().addKeyValue("file", file).addKeyValue("plugin", descriptor.getPluginId())
                .addKeyValue("version", descriptor.getVersion()).addKeyValue("protocols", protocols)
                .addKeyValue("sha256", copy.sha256()).log("plugin loaded");
    }

    private void refused(String file, @Nullable PluginDescriptor descriptor, PluginRefused refusal) {
        statuses.add(new PluginStatus(file, descriptor == null ? null : descriptor.getPluginId(),
                descriptor == null ? null : descriptor.getVersion(), List.of(),
                PluginStatus.State.REFUSED, refusal.getMessage()));
        LOG.atWarn().addKeyValue("file", file).addKeyValue("reason", refusal.getMessage()).log("plugin refused");
        if (refusal.getCause() != null) {
            LOG.atDebug().addKeyValue("file", file).setCause(refusal.getCause()).log("what refused the plugin");
        }
    }

    private static void close(String file, LoadedPlugin plugin) {
        try {
            plugin.close();
        } catch (Throwable e) {
            LOG.atWarn().addKeyValue("file", file).addKeyValue("reason", PluginRefused.describe(e))
                    .log("plugin failed to close");
        }
    }
}
