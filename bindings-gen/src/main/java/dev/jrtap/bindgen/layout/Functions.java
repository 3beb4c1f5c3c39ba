// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.model.Shape;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTArrayDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTCompositeTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTNamedTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTParameterDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTPointer;
import org.eclipse.cdt.core.dom.ast.IASTPointerOperator;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTStandardFunctionDeclarator;

/** C prototypes. */
final class Functions {

    private final Types types;

    Functions(Types types) {
        this.types = types;
    }

    /**
     * The function.
     *
     * @param fixed the parameters to take for the dots of a variadic one; {@code null} if there are none
     */
    Function read(String name, IASTSimpleDeclaration declaration, IASTSimpleDeclaration fixed) {
        IASTStandardFunctionDeclarator declarator = declarator(name, declaration);
        if (declarator.takesVarArgs() && fixed == null) {
            throw new BindgenException(types.place(declaration) + ": " + name
                    + " is variadic: say what is passed for the dots, as `fixed " + name + "(long argument)`");
        }
        List<Function.Parameter> parameters = parameters(name, declarator);
        if (fixed != null) {
            parameters.addAll(parameters(name, declarator("", fixed)));
        }
        if (Attributes.has(declarator, Attributes.SYMBOL)) {
            throw new BindgenException(types.place(declaration) + ": " + name
                    + " stands for another symbol of the library, by an asm label: it cannot be called by this name");
        }
        boolean direct =
                Attributes.has(declarator, "syscall") || Attributes.has(declaration.getDeclSpecifier(), "syscall");
        CType result = types.specified(declaration.getDeclSpecifier());
        for (int i = 0; i < declarator.getPointerOperators().length; i++) {
            result = new CType.Pointer(result);
        }
        return new Function(
                types.declarations().header(declaration),
                types.declarations().line(declaration),
                name,
                direct,
                type(name, result, declaration),
                List.copyOf(parameters));
    }

    private IASTStandardFunctionDeclarator declarator(String name, IASTSimpleDeclaration declaration) {
        for (IASTDeclarator declarator : declaration.getDeclarators()) {
            if (declarator instanceof IASTStandardFunctionDeclarator function
                    && function.getNestedDeclarator() == null
                    && (name.isEmpty() || function.getName().toString().equals(name))) {
                return function;
            }
        }
        throw new BindgenException(types.place(declaration) + ": " + name + " is no plain prototype");
    }

    private List<Function.Parameter> parameters(String name, IASTStandardFunctionDeclarator declarator) {
        List<Function.Parameter> parameters = new ArrayList<>();
        for (IASTParameterDeclaration parameter : declarator.getParameters()) {
            CType type = types.of(parameter.getDeclSpecifier(), parameter.getDeclarator());
            if (type instanceof CType.Void) {
                continue;
            }
            String given =
                    Declarations.innermost(parameter.getDeclarator()).getName().toString();
            // libc keeps its parameters out of the way of macros with underscores.
            String bare = given.replaceFirst("^__", "");
            String qualified = pointsToConst(parameter.getDeclSpecifier(), parameter.getDeclarator()) ? "const " : "";
            Function.Type read = type(name, type, parameter);
            parameters.add(new Function.Parameter(
                    bare.isEmpty() ? "arg" + parameters.size() : bare,
                    new Function.Type(read.isPointer() ? qualified + read.c() : read.c(), read.shape())));
        }
        return parameters;
    }

    /** Whether what a pointer or an array points to may not be written: typedefs and transparent unions hide it. */
    private boolean pointsToConst(IASTDeclSpecifier specifier, IASTDeclarator declarator) {
        IASTPointerOperator[] pointers = declarator.getPointerOperators();
        int levels = declarator instanceof IASTArrayDeclarator ? pointers.length + 1 : pointers.length;
        if (levels > 1) {
            return pointers[levels - 2] instanceof IASTPointer pointer && pointer.isConst();
        }
        if (levels == 1) {
            return specifier.isConst();
        }
        if (specifier instanceof IASTNamedTypeSpecifier named) {
            Declarations.Typed typed =
                    types.declarations().typedefs().get(named.getName().toString());
            return typed != null && pointsToConst(typed.specifier(), typed.declarator());
        }
        return specifier instanceof IASTCompositeTypeSpecifier union
                && union.getMembers().length > 0
                && union.getMembers()[0] instanceof IASTSimpleDeclaration first
                && first.getDeclarators().length > 0
                && pointsToConst(first.getDeclSpecifier(), first.getDeclarators()[0]);
    }

    private Function.Type type(String name, CType type, org.eclipse.cdt.core.dom.ast.IASTNode node) {
        CType bare = type.bare();
        if (bare instanceof CType.Void) {
            return new Function.Type("void", null);
        }
        if (bare instanceof CType.Array array) {
            CType pointer = new CType.Pointer(array.element());
            return new Function.Type(pointer.toString(), Shapes.of(pointer));
        }
        if (bare instanceof CType.Function function) {
            return new Function.Type(function.toString(), Shapes.of(new CType.Pointer(function)));
        }
        if (bare instanceof CType.Aggregate union && isTransparent(union)) {
            return type(name, union.members().get(0).type(), node);
        }
        Shape shape = Shapes.of(type);
        if (shape.kind() == Shape.Kind.STRUCT || shape.bytes() > 8) {
            throw new BindgenException(types.place(node) + ": " + name + " has a parameter or result of type " + type
                    + ", which no general register holds as it is");
        }
        return new Function.Type(type.toString(), shape);
    }

    /** libc's socket addresses are unions of pointers, any of which is passed as it is. */
    private static boolean isTransparent(CType.Aggregate union) {
        return union.keyword().equals("union")
                && !union.members().isEmpty()
                && union.members().stream().allMatch(member -> member.type().bare() instanceof CType.Pointer);
    }
}
