package io.relaygate.config;

import io.relaygate.config.Yaml.Mapping;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of the configuration that is kept as it was written, with its places, until the type that it binds to is
 * known: the {@code with:} of a route. Equal to another that says the same in the same folder, wherever it stands.
 */
public final class Block {

    private final Mapping node;
    private final Place place;
    private final String path;
    private final @Nullable SecretStore store;

    Block(Mapping node, Place place, String path, @Nullable SecretStore store) {
        this.store = store;
        this.node = node;
        this.place = place;
        this.path = path;
    }

    /** A block that nobody wrote, at the place where it is missed. */
    public static Block none(Place place, String path) {
        return new Block(new Mapping(place, List.of()), place, path, null);
    }

    /**
     * Binds to a settings record. Nothing of the type is kept.
     *
     * @param problems takes everything that is wrong with it
     * @return null if the record cannot be made of this block
     * @throws IllegalArgumentException if the type is no settings record
     */
    public <S extends Record> @Nullable Bound<S> bind(Class<S> type, Problems problems) {
        return new Binder(problems, store).block(node, place, path, type);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Block block
                && block.node.sameAs(node)
                && block.place.folder().equals(place.folder());
    }

    @Override
    public int hashCode() {
        return node.entries().size();
    }

    @Override
    public String toString() {
        return path + " at " + place;
    }
}
