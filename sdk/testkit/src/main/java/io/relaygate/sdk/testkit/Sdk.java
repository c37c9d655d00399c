package io.relaygate.sdk.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The SDK that this kit belongs to. */
final class Sdk {

    private Sdk() {}

    /** Its version without a qualifier, {@code 1.2.3}. */
    static String version() {
        Properties properties = new Properties();
        try (InputStream in = Sdk.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version", "").replaceFirst("-.*", "");
    }
}
