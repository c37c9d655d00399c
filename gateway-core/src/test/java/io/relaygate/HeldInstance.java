package io.relaygate;

import java.io.IOException;
import java.nio.file.Path;

/** A process of its own that takes a state folder's instance, says which, and holds it until its input ends. */
final class HeldInstance {

    private HeldInstance() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws IOException {
        try (Instance instance = Instance.take(Path.of(args[0]))) {
            System.out.println(instance.name());
            System.in.readAllBytes();
        }
    }
}
