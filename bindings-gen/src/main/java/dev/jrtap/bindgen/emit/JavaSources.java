// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.ClassName;
import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Variants;
import dev.jrtap.bindgen.select.Details.Topic;
import dev.jrtap.bindgen.select.IdleLines;
import dev.jrtap.bindgen.select.Selection;
import dev.jrtap.bindgen.select.Selector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Emits all Java files of a model and its selections. */
public final class JavaSources {

    private final Model model;
    private final List<Selection> selections;
    private final Output output;
    private final boolean keepGoing;

    private JavaSources(
            String packageName, Model model, List<Selection> selections, String regenerate, boolean keepGoing) {
        this.keepGoing = keepGoing;
        this.model = model;
        this.selections = selections;
        this.output = new Output(packageName, model, regenerate, this::renamed);
    }

    /**
     * Emits the files of a package. Equal input results in equal bytes.
     *
     * @param regenerate what the head of each file advises instead of editing it
     * @param keepGoing whether selected names that the model lacks are left out; otherwise they are an error
     * @param notes receives a sentence for each C name that has another name in Java
     */
    public static Emitted emit(
            String packageName,
            Model model,
            List<Selection> selections,
            String regenerate,
            boolean keepGoing,
            Consumer<String> notes) {
        JavaSources sources = new JavaSources(packageName, model, selections, regenerate, keepGoing);
        sources.run();
        sources.output.names().notes().forEach(notes);
        return sources.output.emitted();
    }

    /** Returns the name, with an underscore if Java or generated code has another use for it. */
    public static String className(String wanted) {
        return TypeNames.isReserved(wanted) ? wanted + "_" : wanted;
    }

    private void run() {
        List<Model> chosen = selections.stream().map(this::chosen).toList();
        plan(chosen);
        List<Variants<Struct>> checked = new ArrayList<>();
        for (int i = 0; i < selections.size(); i++) {
            Selection selection = selections.get(i);
            new ConstantsEmitter(output, selection).emit(chosen.get(i));
            for (Variants<Struct> struct : chosen.get(i).structs().values()) {
                struct(selection, struct);
            }
            new IoctlEmitter(output, selection).emit();
            List<Function> functions = chosen.get(i).functions().values().stream()
                    .map(Variants::first)
                    .toList();
            new FunctionsEmitter(output, selection, functions).emit(numbers());
            if (selection.checked()) {
                checked.addAll(chosen.get(i).structs().values());
            }
        }
        if (!checked.isEmpty()) {
            LayoutsEmitter.emit(output, checked);
        }
        pointers();
        if (!keepGoing) {
            idle();
        }
        output.addPackage("Numbers, layouts and signatures from Linux headers. Generated. Uses: nothing.");
    }

    /** Returns the name that selections give to a type; {@code usual} if none does. */
    private String renamed(String type, String usual) {
        String name = usual;
        for (Selection selection : selections) {
            name = selection.details().use(Topic.NAME, type, name);
        }
        return name;
    }

    /** Throws if a line of a selection has no effect. */
    private void idle() {
        List<String> idle = selections.stream()
                .flatMap(selection -> IdleLines.of(selection, model).stream())
                .toList();
        if (!idle.isEmpty()) {
            throw new BindgenException(String.join("\n", idle));
        }
    }

    private Model chosen(Selection selection) {
        List<String> problems = new ArrayList<>();
        Model chosen = Selector.select(selection, model, problems);
        if (!problems.isEmpty() && !keepGoing) {
            throw new BindgenException(
                    "the model is older than the selection; read the headers again: " + String.join("; ", problems));
        }
        return chosen;
    }

    /** Gives all classes their names, before any class is emitted that refers to another. */
    private void plan(List<Model> chosen) {
        for (Selection selection : selections) {
            own(selection, "class", selection.className());
            own(selection, "interface", selection.interfaceName());
            output.names().reserve(selection.className());
            output.names().reserve(selection.className() + "Ioctls");
            output.names().reserve(selection.interfaceName());
            output.names().reserve(selection.interfaceName() + "6");
            output.names().reserve(selection.callsName());
        }
        for (int i = 0; i < selections.size(); i++) {
            Selection selection = selections.get(i);
            chosen.get(i).structs().keySet().forEach(tag -> output.plan(selection, tag));
        }
    }

    private static void own(Selection selection, String keyword, String name) {
        if (TypeNames.isReserved(name)) {
            throw new BindgenException(selection.place(keyword) + ": `" + keyword + " " + name
                    + "` hides a class that Java or generated code has under that name: choose another, as "
                    + className(name));
        }
    }

    /** Emits the callbacks and handles that functions, members and other callbacks need. */
    private void pointers() {
        Set<String> written = new HashSet<>();
        while (written.size() < output.callbacks().size()) {
            for (Map.Entry<String, ClassName> callback :
                    List.copyOf(output.callbacks().entrySet())) {
                if (written.add(callback.getKey())) {
                    Function prototype =
                            model.callbacks().get(callback.getKey()).first();
                    new CallbackEmitter(output, prototype, callback.getValue()).emit();
                }
            }
        }
        output.handles().forEach((tag, name) -> HandleEmitter.emit(output, tag, name));
    }

    private void struct(Selection selection, Variants<Struct> struct) {
        if (selection.styles().contains(Selection.Style.OFFSETS)
                || selection.styles().contains(Selection.Style.ACCESSORS)) {
            new StructEmitter(output, selection, struct).emit();
        }
        if (selection.styles().contains(Selection.Style.STRUCTS)) {
            new JnrStructEmitter(output, selection, struct).emit();
        }
    }

    /** Returns the class that has the numbers of system calls. */
    private String numbers() {
        return selections.stream()
                .filter(selection ->
                        selection.constants().patterns().stream().anyMatch(name -> name.startsWith("__NR_")))
                .map(Selection::className)
                .findFirst()
                .orElse("");
    }
}
