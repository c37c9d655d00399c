import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a jar anew, in place, with those classes in Java 8's format that were in an older one. Java verifies classes from before Java 6 in a
 * way of their own and keeps them out of the AOT cache. What the classes do stays as it is: they get the frames by which newer ones are
 * verified (JVMS section 4.10.1). The jar must be on the class path too, for the hierarchy of its classes.
 */
void main(String[] args) throws IOException {
    Path jar = Path.of(args[0]);
    Path fresh = Path.of(args[0] + ".new");
    try (JarFile old = new JarFile(jar.toFile());
            ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(fresh))) {
        for (ZipEntry entry : old.stream().toList()) {
            ZipEntry copy = new ZipEntry(entry.getName());
            copy.setTimeLocal(entry.getTimeLocal());
            out.putNextEntry(copy);
            try (InputStream in = old.getInputStream(entry)) {
                byte[] bytes = in.readAllBytes();
                out.write(entry.getName().endsWith(".class") ? newer(bytes) : bytes);
            }
        }
    }
    Files.move(fresh, jar, StandardCopyOption.REPLACE_EXISTING);
}

byte[] newer(byte[] bytes) {
    ClassFile format = ClassFile.of(StackMapsOption.GENERATE_STACK_MAPS);
    ClassModel model = format.parse(bytes);
    if (model.majorVersion() >= ClassFile.JAVA_8_VERSION) {
        return bytes;
    }
    ClassTransform version = (builder, element) -> {
        if (element instanceof ClassFileVersion) {
            builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
        } else {
            builder.with(element);
        }
    };
    return format.transformClass(model, version.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
}
