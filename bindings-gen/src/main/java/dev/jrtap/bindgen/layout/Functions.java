// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.model.Function;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.cdt.core.dom.ast.IASTParameterDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTStandardFunctionDeclarator;

/** C prototypes, reduced to what a register holds. */
final class Functions {

    private Functions() {}

    static Function read(String name, IASTSimpleDeclaration declaration, Types types) {
        IASTStandardFunctionDeclarator declarator =
                (IASTStandardFunctionDeclarator) declaration.getDeclarators()[0];
        if (declarator.takesVarArgs()) {
            throw new BindgenException(
                    types.place(declaration) + ": " + name + " is variadic: declare the fixed form that is called");
        }
        List<Function.Parameter> parameters = new ArrayList<>();
        for (IASTParameterDeclaration parameter : declarator.getParameters()) {
            CType type = types.of(parameter.getDeclSpecifier(), parameter.getDeclarator());
            if (type instanceof CType.Void) {
                continue;
            }
            String parameterName = parameter.getDeclarator().getName().toString();
            if (parameterName.isEmpty()) {
                throw new BindgenException(types.place(parameter) + ": a parameter of " + name + " has no name");
            }
            parameters.add(new Function.Parameter(parameterName, isLong(name, type, types, declaration)));
        }
        boolean returnsPointer = declarator.getPointerOperators().length > 0;
        CType result = types.specified(declaration.getDeclSpecifier());
        boolean direct =
                Attributes.has(declarator, "syscall") || Attributes.has(declaration.getDeclSpecifier(), "syscall");
        return new Function(name, returnsPointer || isLong(name, result, types, declaration), direct, parameters);
    }

    private static boolean isLong(String name, CType type, Types types, IASTSimpleDeclaration declaration) {
        CType bare = type.bare();
        if (bare instanceof CType.Pointer || bare instanceof CType.Array) {
            return true;
        }
        if (bare instanceof CType.Int integer && integer.bytes() >= 4) {
            return integer.bytes() == 8;
        }
        throw new BindgenException(types.place(declaration) + ": " + name + " has a parameter or result of type " + type
                + ", which no general register holds as it is");
    }
}
