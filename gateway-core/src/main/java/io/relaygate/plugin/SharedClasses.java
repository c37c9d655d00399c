package io.relaygate.plugin;

import io.relaygate.sdk.GatewayPlugin;
import java.security.CodeSource;
import org.jspecify.annotations.Nullable;

/**
 * All that a plugin sees from outside its jar: the JDK, the SDK and slf4j. The gateway's own classes, its libraries and
 * their resources are hidden, so that a plugin may carry another version of any of them.
 */
final class SharedClasses extends ClassLoader {

    private static final String SDK = GatewayPlugin.class.getPackageName() + ".";
    private static final String LOGGING = "org.slf4j.";

    private final ClassLoader gateway = loaderOfTheSdk();

    SharedClasses() {
        super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (name.startsWith(LOGGING)) {
            return gateway.loadClass(name);
        }
        if (name.startsWith(SDK)) {
            Class<?> found = gateway.loadClass(name);
            // A library that lies under the SDK's package in another jar is the plugin's own affair.
            if (isOfTheSdk(found)) {
                return found;
            }
        }
        throw new ClassNotFoundException(name);
    }

    private static boolean isOfTheSdk(Class<?> type) {
        CodeSource sdk = GatewayPlugin.class.getProtectionDomain().getCodeSource();
        @Nullable CodeSource source = type.getProtectionDomain().getCodeSource();
        return source != null && source.getLocation().equals(sdk.getLocation());
    }

    private static ClassLoader loaderOfTheSdk() {
        return GatewayPlugin.class.getClassLoader();
    }
}
