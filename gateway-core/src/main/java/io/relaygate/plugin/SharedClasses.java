package io.relaygate.plugin;

import io.relaygate.sdk.GatewayPlugin;
import java.net.URL;
import org.jspecify.annotations.Nullable;

/**
 * All that a plugin sees from outside its jar: the JDK, the SDK and slf4j. The gateway's own classes, its libraries and
 * their resources are hidden, so that a plugin may carry another version of any of them.
 */
final class SharedClasses extends ClassLoader {

    static final String SDK = GatewayPlugin.class.getPackageName() + ".";
    static final String LOGGING = "org.slf4j.";

    private final ClassLoader gateway = loaderOfTheSdk();

    SharedClasses() {
        super(ClassLoader.getPlatformClassLoader());
    }

    /** Whether a plugin sees this class. */
    static boolean has(String name) {
        try {
            Class.forName(name, false, new SharedClasses());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (name.startsWith(LOGGING)) {
            return gateway.loadClass(name);
        }
        // A library that lies under the SDK's package in another jar is the plugin's own affair.
        if (name.startsWith(SDK) && isOfTheSdk(name)) {
            return gateway.loadClass(name);
        }
        throw new ClassNotFoundException(name);
    }

    /**
     * Asked of where the classes lie, and not of their code sources: those of the AOT cache and of the jar differ where the
     * path has a blank.
     */
    private boolean isOfTheSdk(String name) {
        String place = place(name);
        return place != null && place.equals(place(GatewayPlugin.class.getName()));
    }

    private @Nullable String place(String name) {
        String file = name.replace('.', '/') + ".class";
        URL found = gateway.getResource(file);
        return found == null ? null : found.toString().substring(0, found.toString().length() - file.length());
    }

    private static ClassLoader loaderOfTheSdk() {
        return GatewayPlugin.class.getClassLoader();
    }
}
