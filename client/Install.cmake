# `cmake --install build/dev --component client`, then in another project:
#   find_package(gradd REQUIRED)
#   target_link_libraries(app PRIVATE gradd::gradd_client)
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(CLIENT_TARGETS gradd_base gradd_spec gradd_ops gradd_proto gradd_grpc gradd_codec gradd_client)
foreach(target IN LISTS CLIENT_TARGETS)
  target_include_directories(${target} INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/gradd>)
  target_compile_features(${target} PUBLIC cxx_std_20)
endforeach()
install(TARGETS ${CLIENT_TARGETS} EXPORT gradd COMPONENT client
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})

set(HEADERS ${CMAKE_INSTALL_INCLUDEDIR}/gradd)
foreach(folder client/cpp core/base core/spec core/ops)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/${folder}/ DESTINATION ${HEADERS}/${folder} COMPONENT client
          FILES_MATCHING PATTERN "*.h")
endforeach()
install(DIRECTORY ${CMAKE_BINARY_DIR}/generated/client DESTINATION ${HEADERS} COMPONENT client
        FILES_MATCHING PATTERN "*.h")

set(PACKAGE ${CMAKE_INSTALL_LIBDIR}/cmake/gradd)
install(EXPORT gradd NAMESPACE gradd:: FILE gradd-targets.cmake DESTINATION ${PACKAGE}
        COMPONENT client)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/gradd-config.cmake.in
                              ${CMAKE_CURRENT_BINARY_DIR}/gradd-config.cmake
                              INSTALL_DESTINATION ${PACKAGE})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/gradd-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/gradd-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/gradd-config-version.cmake
        DESTINATION ${PACKAGE} COMPONENT client)
