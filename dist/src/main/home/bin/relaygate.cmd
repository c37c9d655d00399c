@echo off
rem Starts RelayGate. The folder above this script is the whole installation; it may be moved.
rem
rem   JAVA_HOME             a JDK of version 25 or newer; left out, the java on the PATH is taken
rem   RELAYGATE_JAVA_OPTS   further options for the JVM, such as -Xmx2g; separated by blanks

setlocal
for %%I in ("%~dp0..") do set "HOME_FOLDER=%%~fI"

set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"
set "FOUND="
for /f "tokens=3" %%V in ('""%JAVA%" -version 2^>^&1" ^| findstr /r /c:" version "') do if not defined FOUND set "FOUND=%%~V"
for /f "delims=.-+ tokens=1" %%V in ("%FOUND%") do set "MAJOR=%%V"
if not defined MAJOR set "MAJOR=0"
if %MAJOR% LSS 25 (
    echo relaygate: this needs a JDK of version 25 or newer; install one and let JAVA_HOME name its folder ^(JAVA_HOME is '%JAVA_HOME%', '%JAVA%' is version '%FOUND%'^) 1>&2
    exit /b 1
)

set "TUNING=-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m"
if "%~1"=="run" set "TUNING=-XX:+UseG1GC -XX:MaxRAMPercentage=40"
if "%~1"=="connect" set "TUNING=-XX:+UseSerialGC -Xmx512m"
if "%~1"=="relay" set "TUNING=-XX:+UseG1GC -XX:MaxRAMPercentage=40"
if "%~1"=="bridge" set "TUNING=-XX:+UseG1GC -XX:MaxRAMPercentage=40"
if "%~1"=="demo" set "TUNING=-XX:+UseG1GC -XX:MaxRAMPercentage=40"

"%JAVA%" %TUNING% -Xlog:disable -Xlog:all=warning:stderr ^
    -XX:-HeapDumpOnOutOfMemoryError -XX:+ExitOnOutOfMemoryError -XX:-CreateCoredumpOnCrash -XX:+ErrorFileToStderr ^
    -XX:-UsePerfData -Djdk.reflect.useNativeAccessorOnly=true --enable-native-access=ALL-UNNAMED -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 ^
    %RELAYGATE_JAVA_OPTS% "-Drelaygate.home=%HOME_FOLDER%" ^
    -cp "%HOME_FOLDER%\lib\*" io.relaygate.cli.Main %*
exit /b %ERRORLEVEL%
