package io.relaygate.bench;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Something that may not be there yet. */
interface Attempt<T> {

    /** The value, or null as long as it is not there. */
    @Nullable T get() throws IOException;
}
